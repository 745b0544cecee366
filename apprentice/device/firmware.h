// SPDX-License-Identifier: Apache-2.0
// The small program around a student that an emulator runs: writing, compiling, running it.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "apprentice/base/control.h"
#include "apprentice/device/cores.h"
#include "apprentice/package/package.h"

namespace apprentice::device {

// Files of device/firmware/ by name; embedded by the build.
const std::map<std::string, std::string>& firmware_files();

struct Firmware {
  std::string program;        // the linked file with the student
  std::string empty_program;  // the same without it
  std::string compiler;       // first line of its --version
};
// Writes the sources into `folder` and compiles them. kMissingTool names the package with the compiler.
Result<Firmware> build_firmware(const package::DevicePackage& package, const Core& core, const std::string& folder,
                                const RunControl& control);

struct FirmwareRun {
  std::string outputs;  // one after the other
  int64_t stack_bytes = 0;
  std::vector<int64_t> instructions;  // per inference; empty without plugin
};
// Runs `program` in `folder` on `inputs` (int8 samples, one after the other). With `plugin` instructions are counted.
// `on_output` hears how many bytes of outputs there are so far; it may be empty.
Result<FirmwareRun> run_firmware(const Core& core, const std::string& program, const std::string& inputs,
                                 const std::string& plugin, const std::string& folder, const RunControl& control,
                                 const std::function<void(int64_t)>& on_output = {});

}  // namespace apprentice::device
