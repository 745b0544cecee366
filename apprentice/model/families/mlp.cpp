// SPDX-License-Identifier: Apache-2.0
// mlp: `depth` hidden dense layers of `width` units with relu, on any input.
#include "apprentice/model/families/net_builder.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  int64_t width = 64, depth = 2;
  read_knob(options, "width", width, 1, 65536);
  read_knob(options, "depth", depth, 0, 100);
  NetBuilder net("mlp", input_shape);
  if (input_shape.size() > 1) net.plain("flatten", "flatten");
  for (int64_t i = 1; i <= depth; ++i) {
    net.dense(fmt::format("dense{}", i), width);
    net.plain("relu", fmt::format("dense{}_relu", i));
  }
  net.dense("logits", outputs);
  return net.finish();
}

}  // namespace

const FamilyKind mlp = {"mlp", "dense layers with relu: width, depth", "Rumelhart, Hinton and Williams 1986", make};

}  // namespace apprentice::family_rows
