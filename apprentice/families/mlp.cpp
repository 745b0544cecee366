// SPDX-License-Identifier: Apache-2.0
// mlp: dense layers with ReLU; any sample shape (flattened first).
#include "apprentice/families/builder.h"
#include "apprentice/families/family_rows.h"

namespace apprentice::families {

Result<model::NetSpec> make_mlp(Config& options, const Shape& input_shape, int64_t outputs) {
  int64_t width = 64, depth = 2;
  options.read_bounded("width", width, 1, 8192).read_bounded("depth", depth, 1, 32);
  NetBuilder net("mlp", input_shape);
  if (input_shape.size() > 1) net.simple("flatten", {net.last()});
  for (int64_t i = 0; i < depth; ++i) {
    net.simple("dense", {net.last()}, width);
    net.simple("relu", {net.last()});
  }
  net.simple("dense", {net.last()}, outputs);
  return net.finish();
}

}  // namespace apprentice::families
