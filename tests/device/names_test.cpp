// SPDX-License-Identifier: Apache-2.0
// No package's files and names meet those of the proof's harness, of the kernels or of the C library. The lists are
// read from the files themselves, so what is added there later is covered, too.
#include <cctype>
#include <filesystem>
#include <set>
#include <sstream>

#include "apprentice/base/files.h"
#include "apprentice/codegen/source_text.h"
#include "apprentice/device/firmware.h"
#include "tests/device/nets.h"

namespace apprentice {
namespace {

using test::Scratch;

constexpr const char* kProbe = "qzq";

bool could_lead(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && name.size() <= codegen::kLongestPrefix &&
         std::all_of(name.begin(), name.end(), fits);
}

std::string folded(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::set<std::string> identifiers(const std::string& text) {
  std::set<std::string> found;
  std::string word;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      found.insert(word);
      word.clear();
    }
  }
  return found;
}

// What follows the prefix in the names of a package: "_context", "_INPUT_SIZE", "_layer0_weights", ...
std::set<std::string> suffixes() {
  std::set<std::string> found;
  for (const quant::QuantNet& net : {test::varied_net(), test::line_net()}) {
    const package::DevicePackage package = test::package_of(net, kProbe);
    for (const auto& [path, text] : package.files) {
      if (path == "vectors.bin" || path == "manifest.json") continue;
      for (const std::string& name : identifiers(text)) {
        if (folded(name).compare(0, 3, kProbe) == 0 && name.size() > 3) found.insert(name.substr(3));
      }
    }
  }
  return found;
}

// Every name that is `<prefix><suffix>` of a possible package must be out of its reach.
void expect_out_of_reach(const std::set<std::string>& names, const char* where) {
  for (const std::string& suffix : suffixes()) {
    for (const std::string& name : names) {
      if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
        continue;
      const std::string prefix = name.substr(0, name.size() - suffix.size());
      const bool upper = suffix.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos;
      if (upper != (codegen::upper_case(prefix) == prefix))
        continue;  // prefixes lead macros in capitals, all else in lower case
      if (!could_lead(folded(prefix)) || folded(prefix).compare(0, 3, kProbe) == 0) continue;
      if (name == "it_value") continue;  // a member of struct itimerspec, which meets no function
      EXPECT_FALSE(codegen::check_prefix(folded(prefix))) << where << " has the name " << name;
    }
  }
}

TEST(NamesOfPackages, HaveSuffixesAtAll) {
  const std::set<std::string> found = suffixes();
  for (const char* suffix : {"_context", "_run", "_INPUT_SIZE", "_H", "_layer0_weights", "_vector_samples"}) {
    EXPECT_EQ(found.count(suffix), 1U) << suffix;
  }
}

TEST(NamesOfPackages, MeetNoneOfTheHarnessOrTheKernels) {
  for (const auto& [file, text] : device::firmware_files()) expect_out_of_reach(identifiers(text), file.c_str());
  for (const auto& [file, text] : codegen::runtime_files()) expect_out_of_reach(identifiers(text), file.c_str());
}

// With all that the kernels and the harness include, macros, too.
TEST(NamesOfPackages, MeetNoneOfTheCLibrary) {
  for (const device::Core& core : device::cores()) {
    if (find_program(core.compiler).empty()) continue;
    Scratch scratch;
    ASSERT_TRUE(package::write_package(test::package_of(test::line_net(), kProbe), scratch.path()));
    ASSERT_TRUE(write_file(scratch.path("all.c"),
                           std::string("#define _GNU_SOURCE\n#include <stdio.h>\n#include <string.h>\n") +
                               (core.bare_metal ? "" : "#include <ucontext.h>\n") + "#include \"qzq.c\"\n"));
    ProcessCall call;
    call.arguments = {core.compiler, "-E", "-dD", "-std=gnu11", "all.c"};
    call.arguments.insert(call.arguments.begin() + 1, core.flags.begin(), core.flags.end());
    call.folder = scratch.path();
    call.max_output_bytes = 64 << 20;
    const auto result = run_process(call);
    ASSERT_TRUE(result && result->good()) << core.name;
    expect_out_of_reach(identifiers(result->output), core.name.c_str());
  }
}

// Folders in which `compiler` looks for <...>.
std::vector<std::string> include_folders(const std::string& compiler) {
  ProcessCall call;
  call.arguments = {compiler, "-E", "-v", "-x", "c", "/dev/null"};
  const auto result = run_process(call);
  std::vector<std::string> folders;
  if (!result) return folders;
  std::istringstream lines(result->output);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("End of search list", 0) == 0) inside = false;
    if (inside && line.size() > 1) folders.push_back(line.substr(1));
    if (line.rfind("#include <...>", 0) == 0) inside = true;
  }
  return folders;
}

// Of the cross compilers, whose folders hold their own and the C library's headers and nothing else.
TEST(FilesOfPackages, HideNoHeaderOfACompilerOrItsCLibrary) {
  int64_t seen = 0;
  for (const char* compiler : {"arm-none-eabi-gcc", "aarch64-linux-gnu-gcc", "arm-linux-gnueabihf-gcc"}) {
    if (find_program(compiler).empty()) continue;
    for (const std::string& folder : include_folders(compiler)) {
      const std::string real = std::filesystem::weakly_canonical(folder).string();
      if (real == "/usr/include" || real.rfind("/usr/local", 0) == 0) continue;
      for (const std::string& file : list_folder(folder)) {
        const std::filesystem::path path(file);
        const std::string stem = folded(path.stem().string());
        if (path.extension() != ".h" || !could_lead(stem)) continue;
        EXPECT_FALSE(codegen::check_prefix(stem)) << folder << "/" << file;
        ++seen;
      }
    }
  }
  if (find_program("arm-none-eabi-gcc").empty()) GTEST_SKIP() << "arm-none-eabi-gcc is not installed";
  EXPECT_GT(seen, 50);
}

// Names of the harness's files, of what it builds and of what it says: allowed, and proven as any other.
TEST(FilesOfPackages, MayBeCalledAsThoseOfTheHarness) {
  std::set<std::string> names = {"subject", "harness", "context", "buffer", "stack", "empty", "student", "data"};
  for (const auto& [file, text] : device::firmware_files())
    names.insert(codegen::safe_prefix(file.substr(0, file.find('.'))));
  for (const auto& [file, text] : codegen::runtime_files())
    names.insert(codegen::safe_prefix(file.substr(0, file.find('.'))));
  const quant::QuantNet net = test::line_net();
  for (const char* core : {"cortex-m0plus", "x86-64"}) {
    const std::string missing = test::missing_tool(*device::find_core(core));
    if (!missing.empty()) GTEST_SKIP() << missing << " is not installed";
    for (const std::string& name : names) {
      if (!device::find_core(core)->bare_metal && name != "harness" && name != "subject" && name != "main_linux")
        continue;
      SCOPED_TRACE(name);
      Scratch scratch;
      const auto report = device::measure(test::package_of(net, name), test::profile_of(core), test::vectors_of(net, 3),
                                          {scratch.path(), 1}, {});
      ASSERT_TRUE(report) << report.error().text();
      EXPECT_EQ(report->vectors_equal, 3);
    }
  }
}

}  // namespace
}  // namespace apprentice
