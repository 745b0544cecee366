// SPDX-License-Identifier: Apache-2.0
// A device package: the student as C99 with its manifest and test vectors, in memory and as one flat folder. Knows
// nothing of models. docs/formats/device_package.md.
#pragma once

#include <map>
#include <string>

#include "apprentice/package/manifest.h"

namespace apprentice::package {

struct DevicePackage {
  PackageManifest manifest;
  std::map<std::string, std::string> files;  // name -> bytes: C, headers, example, vectors, manifest.json
};

// Lists the files in the manifest, and adds it to them.
DevicePackage seal_package(PackageManifest manifest, std::map<std::string, std::string> files);
// Writes every file into `folder`, which is made when missing.
Status write_package(const DevicePackage& package, const std::string& folder);
// Refuses, by name, a file that is changed, missing, not in the manifest or no plain file.
Result<DevicePackage> read_package(const std::string& folder);

}  // namespace apprentice::package
