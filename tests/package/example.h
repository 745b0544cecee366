// SPDX-License-Identifier: Apache-2.0
// A small package that no network made.
#pragma once

#include "apprentice/package/package.h"

namespace apprentice::test {

inline package::DevicePackage example_package() {
  package::PackageManifest manifest;
  manifest.name = "pump \xC3\xBC";
  manifest.prefix = "pump";
  manifest.arm = "control";
  manifest.net_fingerprint = "ab12";
  manifest.spec_fingerprint = "cd34";
  manifest.classes = {"worn", "whole"};
  manifest.input = {1, 4, 2, 0.1, -3};
  manifest.channel_names = {"x", "y"};
  manifest.steps_per_reading = 4;
  manifest.output = {1, 1, 2, 1.0 / 3.0, 127};
  manifest.arena_bytes = 64;
  manifest.arena_lower_bound_bytes = 60;
  manifest.vectors = 1;
  manifest.layers = {{"dense", "dense", {1, 1, 2, 1.0 / 3.0, 127}, 8, 0, 16}};
  return package::seal_package(manifest,
                               {{"pump.h", "int pump;\n"}, {"pump.c", "/* pump */\n"}, {"vectors.bin", "\x01\x02"}});
}

}  // namespace apprentice::test
