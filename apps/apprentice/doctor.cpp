// SPDX-License-Identifier: Apache-2.0
// doctor: what of all that the other verbs need is here.
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "apprentice/base/cores.h"
#include "apprentice/base/files.h"
#include "apprentice/base/process.h"
#include "apprentice/device/cores.h"
#include "apprentice/device/device.h"
#include "engine.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

using Json = nlohmann::ordered_json;

// What `program --version` says first; "" where it cannot be run.
std::string version_of(const std::string& program, const std::vector<std::string>& arguments) {
  ProcessCall call;
  call.arguments = {program};
  call.arguments.insert(call.arguments.end(), arguments.begin(), arguments.end());
  call.timeout_seconds = 60.0;
  const auto result = run_process(call);
  if (!result || !result->good()) return "";
  return result->output.substr(0, result->output.find('\n'));
}

Json tool(const std::string& program, const std::string& package, std::set<std::string>& missing) {
  Json found = {{"program", program}, {"version", nullptr}};
  const std::string version = find_program(program).empty() ? "" : version_of(program, {"--version"});
  if (!version.empty())
    found["version"] = version;
  else
    missing.insert(package);
  return found;
}

// Compiler and emulator of every core that students can be built for.
Json examine_cores(std::set<std::string>& missing) {
  std::map<std::string, Json> seen;
  const auto once = [&](const std::string& program, const std::string& package) {
    const auto known = seen.find(program);
    return known != seen.end() ? known->second : seen[program] = tool(program, package, missing);
  };
  Json list = Json::array();
  for (const device::Core& core : device::cores()) {
    Json row = {{"core", core.name},
                {"compiler", once(core.compiler, core.compiler_package)},
                {"emulator", once(core.emulator, core.emulator_package)}};
    row["ready"] = !row["compiler"]["version"].is_null() && !row["emulator"]["version"].is_null();
    list.push_back(std::move(row));
  }
  return list;
}

Json examine_folder(const std::string& path) {
  Json folder = {{"path", path}, {"writable", ::access(path.c_str(), W_OK) == 0}};
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) == 0) {
    folder["free_bytes"] = static_cast<int64_t>(space.f_bavail) * static_cast<int64_t>(space.f_frsize);
  }
  return folder;
}

Json examine_machine() {
  std::error_code code;
  const std::filesystem::path temporary = std::filesystem::temp_directory_path(code);
  return {{"cores", core_count()},
          {"memory_bytes", int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE)},
          {"folders", {examine_folder("."), examine_folder(code ? "/tmp" : temporary.string())}}};
}

Json examine() {
  std::set<std::string> missing;
  const std::string engine = version_of(engine_path(), {"version"});
  const auto plugin = device::find_count_plugin();
  Json found = {{"program", "apprentice " APPRENTICE_VERSION},
                {"engine", engine.empty() ? Json() : Json(engine)},
                {"devices", device::device_names().size()},
                {"instruction_counter", plugin ? Json(*plugin) : Json()}};
  found.update(examine_machine());
  found["targets"] = examine_cores(missing);
  found["missing_packages"] = missing;
  return found;
}

std::string line(const std::string& title, const std::string& text) { return fmt::format("{:<14} {}\n", title, text); }

std::string tool_text(const Json& tool) {
  return tool["version"].is_null() ? tool["program"].get<std::string>() + " is not here"
                                   : tool["version"].get<std::string>();
}

std::string machine_text(const Json& found) {
  std::string text = line("cores", found["cores"].dump());
  text += line("memory", bytes_text(found["memory_bytes"]));
  for (const Json& folder : found["folders"]) {
    std::string state = folder["writable"].get<bool>() ? "writable" : "NOT writable";
    if (folder.contains("free_bytes")) state += ", " + bytes_text(folder["free_bytes"]) + " free";
    text += line("folder", folder["path"].get<std::string>() + " is " + state);
  }
  return text;
}

std::string text_of(const Json& found) {
  std::string text = line("program", found["program"]);
  text += line("engine", found["engine"].is_null() ? engine_path() + " does not start" : std::string(found["engine"]));
  text += machine_text(found);
  text += line("devices", found["devices"].dump() + " profiles");
  text +=
      line("counter", found["instruction_counter"].is_null() ? "the QEMU plugin that counts instructions is not here"
                                                             : std::string(found["instruction_counter"]));
  for (const Json& target : found["targets"]) {
    text += line(target["core"], tool_text(target["compiler"]) + "; " + tool_text(target["emulator"]));
  }
  std::string packages;
  for (const Json& package : found["missing_packages"]) packages += " " + package.get<std::string>();
  return text + line("missing", packages.empty() ? "nothing" : "apt-get install" + packages);
}

// What no verb can do without. A core that students are not built for may lack its tools.
Status judge(const Json& found) {
  const auto lack = [](const std::string& what) { return fail(ErrorKind::kMissingTool, "", "{}", what); };
  if (found["engine"].is_null()) {
    return lack(fmt::format("{} does not start, so nothing can be trained; is libtorch installed?", engine_path()));
  }
  if (found["instruction_counter"].is_null()) return pass_on(device::find_count_plugin());
  for (const Json& folder : found["folders"]) {
    if (!folder["writable"].get<bool>()) return lack(folder["path"].get<std::string>() + " is not writable");
  }
  for (const Json& target : found["targets"]) {
    if (target["ready"].get<bool>()) return {};
  }
  return lack("no core has both a compiler and an emulator");
}

}  // namespace

Action declare_doctor(Options options) {
  const auto form = std::make_shared<Form>(Form::kText);
  options.json(*form);
  options.about(
      "Tells what is here of all that the other verbs need: the engine with libtorch, cores, memory, folders, and for\n"
      "each kind of core its compiler and emulator; then the packages that are missing. Exit code 2 where nothing can\n"
      "work.\n"
      "Example: apprentice doctor");
  return [form](Session& session) -> Status {
    const Json found = examine();
    session.console.result(*form == Form::kJson ? found.dump(2) + "\n" : text_of(found));
    return judge(found);
  };
}

}  // namespace apprentice::cli
