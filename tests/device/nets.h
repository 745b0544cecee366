// SPDX-License-Identifier: Apache-2.0
// Small students built by hand, packaged, with inputs and the oracle's answers to them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "apprentice/device/device.h"
#include "tests/codegen/net_builder.h"
#include "tests/device/core_tools.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

// Every kind of layer of two dimensions, odd sizes, so that the remainders of all blocks run.
inline quant::QuantNet varied_net() {
  NetBuilder b(21, {3, 11, 10});
  const int first = b.conv("conv2d", 0, 10, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int deep = b.depthwise("depthwise2d", first, {{3, 3}, {1, 1}, {1, 1, 1, 1}});
  const int point = b.conv("conv2d", deep, 10, {});
  const int sum = b.add(first, point);
  const int joined = b.concat({b.relu("relu6", sum), deep});
  const int pooled = b.pool("maxpool2d", joined, {{2, 2}, {2, 2}, {0, 0, 0, 0}});
  b.dense(b.dense(b.pool("avgpool2d", pooled, {{2, 2}, {1, 1}, {1, 0, 0, 1}}), 21), 7);
  return b.classifier();
}

// Every kind of layer of one dimension, and what varied_net leaves out.
inline quant::QuantNet line_net() {
  NetBuilder b(22, {2, 19});
  const int first = b.relu("relu", b.conv("conv1d", 0, 6, {{1, 5}, {1, 2}, {0, 2, 0, 2}}));
  const int deep = b.depthwise("depthwise1d", first, {{1, 3}, {1, 1}, {0, 1, 0, 1}});
  const int pooled = b.pool("maxpool1d", deep, {{1, 2}, {1, 2}, {0, 0, 0, 0}});
  const int bent = b.lookup("tanh", b.lookup("sigmoid", b.pool("avgpool1d", pooled, {{1, 2}, {1, 1}, {0, 0, 0, 0}})));
  b.dense(b.global_average(bent), 3);
  return b.regressor();
}

inline device::ProofVectors vectors_of(const quant::QuantNet& net, int64_t samples) {
  const int64_t size = net.tensors[0].size(), outputs = net.output_tensor().size();
  device::ProofVectors vectors{random_inputs(net, samples, 3), Tensor(DType::kI8, {samples, outputs})};
  for (int64_t i = 0; i < samples; ++i) {
    const std::vector<int8_t> answer = net.run(vectors.inputs.data<int8_t>() + i * size);
    std::copy(answer.begin(), answer.end(), vectors.answers.data<int8_t>() + i * outputs);
  }
  return vectors;
}

inline package::DevicePackage package_of(const quant::QuantNet& net, const std::string& prefix = "student") {
  codegen::PackageOptions options;
  options.prefix = prefix;
  return codegen::generate_package(net, random_samples(net, 2, 1), options).value();
}

inline device::DeviceProfile profile_of(const std::string& core) {
  device::DeviceProfile device;
  device.name = core;
  device.core = core;
  return device;
}

}  // namespace apprentice::test
