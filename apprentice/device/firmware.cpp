// SPDX-License-Identifier: Apache-2.0
#include "apprentice/device/firmware.h"

#include <filesystem>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/base/process.h"
#include "apprentice/codegen/source_text.h"

namespace apprentice::device {
namespace {

constexpr const char* kStackBytes = "65536";
constexpr double kRunSeconds = 3600.0;
constexpr const char* kTemporary = "/tmp";  // in the folder of the build: what a killed compiler leaves behind

// The harness must not drag memcpy or memset in, or the student would seem smaller than it is.
const std::vector<std::string> kHarnessFlags = {"-Os", "-ffreestanding", "-fno-tree-loop-distribute-patterns"};

// The package and the program around it lie in folders of their own, and names of the program begin with apprentice_,
// as no package's do: whatever a package is called, neither hides a file or a name of the other.
constexpr const char* kPackageFolder = "package/";
constexpr const char* kHarnessFolder = "harness/";

constexpr const char* kSubject = R"(/* The student under its test names. */
#include "../package/{{prefix}}.h"
#define apprentice_subject {{prefix}}_context
#define apprentice_subject_input {{prefix}}_input
#define apprentice_subject_run {{prefix}}_run
#define apprentice_subject_quantize_input {{prefix}}_quantize_input
#define APPRENTICE_SUBJECT_SAMPLE_SIZE {{PREFIX}}_SAMPLE_SIZE
#define APPRENTICE_SUBJECT_INPUT_SIZE {{PREFIX}}_INPUT_SIZE
#define APPRENTICE_SUBJECT_FRONTEND {{frontend}}
#define APPRENTICE_SUBJECT_OUTPUT_SIZE {{PREFIX}}_OUTPUT_SIZE
)";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// One compiler call: the core's flags, then `arguments`.
Status compile(const Core& core, const std::vector<std::string>& arguments, const std::string& folder,
               const RunControl& control) {
  ProcessCall call;
  call.arguments = {core.compiler, "-std=gnu11"};
  call.arguments.insert(call.arguments.end(), core.flags.begin(), core.flags.end());
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  call.folder = folder;
  call.temporary = std::filesystem::absolute(folder).string() + kTemporary;
  APPRENTICE_TRY(const ProcessResult result, run_process(call, control));
  if (result.good()) return {};
  return fail(ErrorKind::kIo, folder, "{} failed with exit code {}: {}", core.compiler, result.exit_code,
              result.reason());
}

std::string subject_text(const package::PackageManifest& manifest) {
  return codegen::fill(kSubject, {{"prefix", manifest.prefix},
                                  {"PREFIX", codegen::upper_case(manifest.prefix)},
                                  {"frontend", manifest.frontend.empty() ? "0" : "1"}});
}

Status write_sources(const package::DevicePackage& package, const Core& core, const std::string& folder) {
  APPRENTICE_CHECK(package::write_package(package, folder + "/" + kPackageFolder));
  const std::string harness = folder + "/" + kHarnessFolder;
  APPRENTICE_CHECK(make_folder(harness));
  for (const auto& [name, text] : firmware_files()) {
    if (name != "firmware.ld.in") APPRENTICE_CHECK(write_file(harness + name, text));
  }
  APPRENTICE_CHECK(write_file(harness + "subject.h", subject_text(package.manifest)));
  if (!core.bare_metal) return {};
  const std::string script =
      codegen::fill(firmware_files().at("firmware.ld.in").c_str(), {{"code_origin", core.code_origin},
                                                                    {"code_bytes", core.code_bytes},
                                                                    {"ram_origin", core.ram_origin},
                                                                    {"ram_bytes", core.ram_bytes},
                                                                    {"stack_bytes", kStackBytes}});
  return write_file(harness + "firmware.ld", script);
}

std::vector<std::string> operator+(std::vector<std::string> left, const std::vector<std::string>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Status link(const Core& core, const std::vector<std::string>& objects, const std::string& program,
            const std::string& folder, const RunControl& control) {
  const std::vector<std::string> bare = {"-nostartfiles", "-T", "harness/firmware.ld", "--specs=nosys.specs"};
  std::vector<std::string> arguments = objects + std::vector<std::string>{"-Wl,--gc-sections", "-o", program};
  arguments = arguments + (core.bare_metal ? bare : std::vector<std::string>{"-static"});
  return compile(core, arguments, folder, control);
}

Status build_programs(const package::DevicePackage& package, const Core& core, const std::string& folder,
                      const RunControl& control) {
  const auto build = [&](const std::vector<std::string>& flags, const std::string& source, const std::string& object) {
    return compile(core, flags + std::vector<std::string>{"-c", source, "-o", object}, folder, control);
  };
  const std::string student = kPackageFolder + package.manifest.prefix + ".c";
  const std::string main_file = kHarnessFolder + std::string(core.bare_metal ? "main_cortex_m.c" : "main_linux.c");
  const std::vector<std::string> harness = core.bare_metal ? kHarnessFlags : std::vector<std::string>{"-O1"};
  const std::vector<std::string> empty = {"-DAPPRENTICE_EMPTY"};
  APPRENTICE_CHECK(
      build({"-ffunction-sections", "-fdata-sections", "-std=c99", core.optimization}, student, "student.o"));
  APPRENTICE_CHECK(build(harness, main_file, "main.o"));
  APPRENTICE_CHECK(build(harness + empty, main_file, "empty.o"));
  std::vector<std::string> start;
  if (core.bare_metal) {
    APPRENTICE_CHECK(build(harness, kHarnessFolder + std::string("startup.c"), "startup.o"));
    start = {"startup.o"};
  }
  APPRENTICE_CHECK(
      link(core, start + std::vector<std::string>{"main.o", "student.o"}, "firmware.elf", folder, control));
  return link(core, start + std::vector<std::string>{"empty.o"}, "empty.elf", folder, control);
}

Status missing(const std::string& program, const std::string& package) {
  return fail(ErrorKind::kMissingTool, "", "{} is not installed; install it with: apt-get install {}", program,
              package);
}

Result<std::vector<int64_t>> read_counts(const std::string& path) {
  APPRENTICE_TRY(const std::string text, read_file(path));
  std::vector<int64_t> counts;
  std::istringstream lines(text);
  for (int64_t count = 0; lines >> count;) counts.push_back(count);
  return counts;
}

std::vector<std::string> emulator_call(const Core& core, const std::string& program, const std::string& plugin) {
  std::vector<std::string> arguments;
#if defined(__x86_64__)
  // A program for this machine needs no emulator, except for counting.
  if (core.name == "x86-64" && plugin.empty()) return {program};
#endif
  arguments.push_back(core.emulator);
  if (!plugin.empty()) {
    const std::vector<std::string> counting = {"-plugin", plugin + ",out=instructions.txt", "-d", "plugin"};
    arguments.insert(arguments.end(), counting.begin(), counting.end());
  }
  arguments.insert(arguments.end(), core.emulator_arguments.begin(), core.emulator_arguments.end());
  arguments.push_back(program);
  return arguments;
}

}  // namespace

Result<Firmware> build_firmware(const package::DevicePackage& package, const Core& core, const std::string& folder,
                                const RunControl& control) {
  if (find_program(core.compiler).empty()) return pass_on(missing(core.compiler, core.compiler_package));
  APPRENTICE_CHECK(write_sources(package, core, folder));
  std::error_code ignored;
  std::filesystem::remove_all(folder + kTemporary, ignored);
  APPRENTICE_CHECK(make_folder(folder + kTemporary));
  APPRENTICE_CHECK(build_programs(package, core, folder, control));
  std::filesystem::remove_all(folder + kTemporary, ignored);
  ProcessCall version;
  version.arguments = {core.compiler, "--version"};
  APPRENTICE_TRY(const ProcessResult result, run_process(version, control));
  const std::string absolute = std::filesystem::absolute(folder).string();
  return Firmware{absolute + "/firmware.elf", absolute + "/empty.elf",
                  first_line(result.output) + " " + core.optimization};
}

Result<FirmwareRun> run_firmware(const Core& core, const std::string& program, const std::string& inputs,
                                 const std::string& plugin, const std::string& folder, const RunControl& control,
                                 const std::function<void(int64_t)>& on_output) {
  ProcessCall call;
  call.arguments = emulator_call(core, program, plugin);
  call.folder = folder;
  call.timeout_seconds = kRunSeconds;
  if (find_program(call.arguments[0]).empty()) return pass_on(missing(core.emulator, core.emulator_package));
  APPRENTICE_CHECK(make_folder(folder));
  APPRENTICE_CHECK(write_file(folder + "/inputs.bin", inputs));
  const std::string outputs = folder + "/outputs.bin";
  std::error_code ignored;
  std::filesystem::remove(outputs, ignored);  // of an earlier run
  if (on_output) {
    call.on_wait = [&] {
      std::error_code not_yet;
      const auto bytes = std::filesystem::file_size(outputs, not_yet);
      if (!not_yet) on_output(static_cast<int64_t>(bytes));
    };
  }
  APPRENTICE_TRY(const ProcessResult result, run_process(call, control));
  if (!result.good()) {
    return fail(ErrorKind::kIo, folder, "the student's program ended with status {} on {}: {}", result.exit_code,
                core.board, result.reason());
  }
  FirmwareRun run;
  APPRENTICE_TRY(run.outputs, read_file(outputs));
  APPRENTICE_TRY(const std::string stack, read_file(folder + "/stack.bin"));
  if (stack.size() != 4) return fail(ErrorKind::kIo, folder + "/stack.bin", "found {} bytes, expected 4", stack.size());
  for (int i = 3; i >= 0; --i)
    run.stack_bytes = run.stack_bytes << 8 | static_cast<unsigned char>(stack[static_cast<size_t>(i)]);
  if (!plugin.empty()) {
    APPRENTICE_TRY(run.instructions, read_counts(folder + "/instructions.txt"));
  }
  return run;
}

}  // namespace apprentice::device
