// SPDX-License-Identifier: Apache-2.0
#include "apprentice/onnx/run/compute_device.h"

#include <charconv>

namespace apprentice::onnx::run {

Result<ComputeDevice> find_compute_device(const std::string& name, const std::string& place) {
  if (name == "cpu") return ComputeDevice();
  int index = 0;
  const std::string number = name.rfind("cuda:", 0) == 0 ? name.substr(5) : name == "cuda" ? "0" : "";
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (number.empty() || error != std::errc() || end != number.data() + number.size() || index < 0)
    return bad_input(place, "'{}' is no device to compute on; \"cpu\", \"cuda\" and \"cuda:1\" are possible", name);
  APPRENTICE_CHECK(check_gpu(index, name, place));
  return ComputeDevice{fmt::format("cuda:{}", index)};
}

}  // namespace apprentice::onnx::run
