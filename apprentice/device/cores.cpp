// SPDX-License-Identifier: Apache-2.0
#include "apprentice/device/cores.h"

namespace apprentice::device {
namespace {

struct Board {
  const char *machine, *description, *code_origin, *code_bytes, *ram_origin, *ram_bytes;
};

// QEMU 7.2, hw/arm/mps2.c and mps2-tz.c.
constexpr Board kAn385 = {"mps2-an385", "emulated Cortex-M3 board mps2-an385", "0x0", "4M", "0x20000000", "4M"};
constexpr Board kAn386 = {"mps2-an386", "emulated Cortex-M4 board mps2-an386", "0x0", "4M", "0x20000000", "4M"};
constexpr Board kAn500 = {"mps2-an500", "emulated Cortex-M7 board mps2-an500", "0x0", "4M", "0x20000000", "4M"};
constexpr Board kAn505 = {"mps2-an505", "emulated Cortex-M33 board mps2-an505", "0x10000000", "4M", "0x38000000", "2M"};
constexpr Board kAn547 = {"mps3-an547", "emulated Cortex-M55 board mps3-an547", "0x0", "512K", "0x21000000", "2M"};

Core cortex_m(const char* name, const char* optimization, std::vector<std::string> flags, const Board& board) {
  Core core;
  core.name = name;
  core.compiler = "arm-none-eabi-gcc";
  core.compiler_package = "gcc-arm-none-eabi libnewlib-arm-none-eabi";
  core.flags = {std::string("-mcpu=") + name, "-mthumb"};
  core.flags.insert(core.flags.end(), flags.begin(), flags.end());
  core.optimization = optimization;
  core.emulator = "qemu-system-arm";
  core.emulator_package = "qemu-system-arm";
  core.emulator_arguments = {"-M",
                             board.machine,
                             "-nographic",
                             "-monitor",
                             "none",
                             "-serial",
                             "none",
                             "-semihosting-config",
                             "enable=on,target=native",
                             "-kernel"};
  core.board = board.description;
  core.code_origin = board.code_origin;
  core.code_bytes = board.code_bytes;
  core.ram_origin = board.ram_origin;
  core.ram_bytes = board.ram_bytes;
  return core;
}

Core linux_core(const char* name, const char* compiler, const char* package, std::vector<std::string> flags,
                const char* emulator) {
  Core core;
  core.name = name;
  core.compiler = compiler;
  core.compiler_package = package;
  core.flags = std::move(flags);
  core.optimization = "-O3";
  core.bare_metal = false;
  core.emulator = emulator;
  core.emulator_package = "qemu-user";
  core.board = std::string("user-mode emulation by ") + emulator;
  return core;
}

std::vector<Core> make_cores() {
  return {
      // The Cortex-M3 runs every Armv6-M instruction, and startup.c has it trap unaligned access, as Armv6-M does;
      // QEMU's only Cortex-M0 board has 16 kB of RAM.
      cortex_m("cortex-m0plus", "-O2", {}, kAn385),
      cortex_m("cortex-m3", "-O2", {}, kAn385),
      cortex_m("cortex-m4", "-O2", {"-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"}, kAn386),
      cortex_m("cortex-m7", "-O2", {"-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"}, kAn500),
      cortex_m("cortex-m33", "-O2", {"-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"}, kAn505),
      cortex_m("cortex-m55", "-O3", {"-mfloat-abi=hard"}, kAn547),
      linux_core("aarch64", "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu libc6-dev-arm64-cross", {}, "qemu-aarch64"),
      linux_core("armhf", "arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf libc6-dev-armhf-cross",
                 {"-mthumb", "-mfpu=neon-vfpv4", "-mcpu=cortex-a7"}, "qemu-arm"),
      linux_core("x86-64", "x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu libc6-dev", {}, "qemu-x86_64"),
  };
}

}  // namespace

const std::vector<Core>& cores() {
  static const std::vector<Core> table = make_cores();
  return table;
}

const Core* find_core(const std::string& name) {
  for (const Core& core : cores()) {
    if (core.name == name) return &core;
  }
  return nullptr;
}

}  // namespace apprentice::device
