// SPDX-License-Identifier: Apache-2.0
// inceptiontime: modules of parallel convolutions of three lengths over time, with residual connections. For teachers.
#include <algorithm>

#include "apprentice/model/families/net_builder.h"
#include "apprentice/model/families/rows.h"

namespace apprentice::family_rows {
namespace {

struct Knobs {
  int64_t width = 32, depth = 6, kernel = 39, bottleneck = 32, first_stride = 1;
};

// Ismail Fawaz et al. 2020, fig. 2: a bottleneck, three kernel lengths, and a pooled branch, side by side.
void add_module(NetBuilder& net, const std::string& name, const Knobs& knobs, int64_t stride) {
  const std::string input = net.newest();
  const std::string narrow = net.conv(name + "_bottleneck", knobs.bottleneck, {1, 1}, {1, 1}, input);
  std::vector<std::string> branches;
  for (int64_t part : {1, 2, 4}) {
    const int64_t kernel = std::max<int64_t>(knobs.kernel / part, 1) | 1;  // odd, so that padding is symmetric
    branches.push_back(net.conv(fmt::format("{}_conv{}", name, part), knobs.width, {1, kernel}, {1, stride}, narrow));
  }
  net.max_pool(name + "_pool", {1, 3}, {1, stride}, input);
  branches.push_back(net.conv(name + "_pool_conv", knobs.width, {1, 1}, {1, 1}));
  net.join("concat", name + "_concat", branches);
  net.plain("batchnorm", name + "_norm");
  net.plain("relu", name + "_relu");
}

void add_shortcut(NetBuilder& net, const std::string& name, const Knobs& knobs, const std::string& from,
                  int64_t stride) {
  const std::string main = net.newest();
  net.conv(name + "_shortcut", 4 * knobs.width, {1, 1}, {1, stride}, from);
  const std::string shortcut = net.plain("batchnorm", name + "_shortcut_norm");
  net.join("add", name + "_add", {main, shortcut});
  net.plain("relu", name + "_add_relu");
}

Result<NetSpec> make(Config& options, const Shape& input_shape, int64_t outputs) {
  APPRENTICE_CHECK(check_rank(options, "inceptiontime", input_shape, 2));
  Knobs knobs;
  read_knob(options, "width", knobs.width, 1, 1024);
  read_knob(options, "depth", knobs.depth, 1, 60);
  read_knob(options, "kernel", knobs.kernel, 1, 1023);
  read_knob(options, "bottleneck", knobs.bottleneck, 1, 1024);
  read_knob(options, "first_stride", knobs.first_stride, 1, 64);
  NetBuilder net("inceptiontime", input_shape);
  std::string shortcut_from = net.newest();
  int64_t shortcut_stride = knobs.first_stride;
  for (int64_t i = 1; i <= knobs.depth; ++i) {
    const std::string name = fmt::format("module{}", i);
    add_module(net, name, knobs, i == 1 ? knobs.first_stride : 1);
    if (i % 3 != 0) continue;
    add_shortcut(net, name, knobs, shortcut_from, shortcut_stride);
    shortcut_from = net.newest();
    shortcut_stride = 1;
  }
  return net.finish_with_pool(outputs);
}

}  // namespace

const FamilyKind inceptiontime = {
    "inceptiontime", "parallel convolutions over time, for teachers: width, depth, kernel, bottleneck, first_stride",
    "Ismail Fawaz et al. 2020", make};

}  // namespace apprentice::family_rows
