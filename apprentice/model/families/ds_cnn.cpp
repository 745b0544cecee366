// SPDX-License-Identifier: Apache-2.0
#include "apprentice/model/families/ds_cnn.h"

namespace apprentice {

NetSpec make_ds_cnn(const std::string& name, const Shape& input_shape, int64_t outputs, const DsCnnKnobs& knobs) {
  NetBuilder net(name, input_shape);
  net.conv_norm_relu("conv1", knobs.width, knobs.first_kernel, knobs.first_stride);
  for (int64_t i = 1; i <= knobs.depth; ++i) {
    const std::string block = fmt::format("block{}", i);
    net.depthwise(block + "_depthwise", knobs.kernel, net.square(i <= knobs.downsample ? 2 : 1));
    net.plain("batchnorm", block + "_depthwise_norm");
    net.plain("relu", block + "_depthwise_relu");
    net.conv_norm_relu(block + "_pointwise", knobs.width, {1, 1}, {1, 1});
  }
  return net.finish_with_pool(outputs);
}

}  // namespace apprentice
