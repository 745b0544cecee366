// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/package.h"

#include <nlohmann/json.hpp>

#include "target.h"

namespace apprentice::cli {
namespace {

std::string json_of(const std::string& folder, const package::PackageManifest& manifest, int64_t bytes) {
  const nlohmann::ordered_json json = {{"folder", folder},
                                       {"name", manifest.name},
                                       {"arm", manifest.arm},
                                       {"net_fingerprint", manifest.net_fingerprint},
                                       {"files", manifest.files.size()},
                                       {"bytes", bytes}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Action declare_verify(Options options) {
  const auto folder = std::make_shared<std::string>();
  const auto form = std::make_shared<Form>(Form::kText);
  options.positional("FOLDER", *folder, "a package, as shipped/package of a run directory");
  options.json(*form);
  options.about(
      "Compares a package with its manifest, byte by byte. One that has a changed, missing, added or linked file is\n"
      "refused by the name of that file, with exit code 2.\n"
      "Example: apprentice package verify runs/first/shipped/package");
  return [folder, form](Session& session) -> Status {
    APPRENTICE_TRY(const package::DevicePackage package, package::read_package(*folder));
    const package::PackageManifest& manifest = package.manifest;
    int64_t bytes = 0;
    for (const auto& [name, file] : manifest.files) bytes += file.bytes;
    session.console.result(*form == Form::kJson
                               ? json_of(*folder, manifest, bytes)
                               : fmt::format("{}: whole; {} files of '{}', {}, are as the manifest says\n", *folder,
                                             manifest.files.size(), manifest.name, bytes_text(bytes)));
    return {};
  };
}

}  // namespace

Action declare_package(Options options) {
  const Action write = declare_step(
      options, "package",
      "Writes the arm that ships into shipped/ of the run directory: C99 (package/), ONNX (float and QDQ).", "shipped");
  const Options below = options.verb("verify", "compare a package with its manifest");
  const Action verify = declare_verify(below);
  return [write, verify, below](Session& session) { return below.is_given() ? verify(session) : write(session); };
}

}  // namespace apprentice::cli
