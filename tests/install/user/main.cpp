// SPDX-License-Identifier: Apache-2.0
// What a user of the library writes first: a network, its cost, the device it should fit.
#include <cstdio>

#include "apprentice/device/device.h"
#include "apprentice/layers/layer.h"

int main() {
  apprentice::model::NetSpec spec;
  spec.input_shape = {4};
  spec.layers = {{"fc", "dense", {apprentice::model::kNetInput}, 3}};
  const auto cost = apprentice::layers::net_cost(spec);
  if (!cost) return 1;
  std::printf("%lld MACs, %zu devices\n", static_cast<long long>(cost->macs),
              apprentice::device::device_names().size());
  return cost->macs == 12 && apprentice::device::device_names().size() >= 10 ? 0 : 1;
}
