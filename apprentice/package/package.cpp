// SPDX-License-Identifier: Apache-2.0
#include "apprentice/package/package.h"

#include <filesystem>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"

namespace apprentice::package {
namespace {

namespace fs = std::filesystem;
constexpr int64_t kLargestManifest = int64_t{16} << 20;

// Links could lead anywhere, and change after they were looked at.
Status check_plain(const std::string& path) {
  std::error_code code;
  const fs::file_status status = fs::symlink_status(path, code);
  if (fs::is_symlink(status)) return bad_input(path, "is a link; a package holds plain files");
  if (!fs::is_regular_file(status)) return bad_input(path, "is no plain file; a package is one flat folder of them");
  return {};
}

Result<std::string> read_listed(const std::string& path, const PackageFile& listed) {
  std::error_code code;
  const auto bytes = fs::file_size(path, code);
  if (code) return fail(ErrorKind::kNotFound, path, "is missing, but the manifest lists it");
  if (static_cast<int64_t>(bytes) != listed.bytes)
    return bad_input(path, "was changed: it has {} bytes, the manifest says {}", bytes, listed.bytes);
  APPRENTICE_TRY(std::string content, read_file(path, listed.bytes));
  if (const std::string hash = sha256_hex(content); hash != listed.sha256)
    return bad_input(path, "was changed: its SHA-256 is {}, the manifest says {}", hash, listed.sha256);
  return content;
}

}  // namespace

DevicePackage seal_package(PackageManifest manifest, std::map<std::string, std::string> files) {
  for (const auto& [name, bytes] : files)
    manifest.files[name] = {static_cast<int64_t>(bytes.size()), sha256_hex(bytes)};
  files[kManifestName] = manifest_text(manifest);
  return {std::move(manifest), std::move(files)};
}

Status write_package(const DevicePackage& package, const std::string& folder) {
  APPRENTICE_CHECK(make_folder(folder));
  for (const auto& [name, bytes] : package.files) APPRENTICE_CHECK(write_file(folder + "/" + name, bytes));
  return {};
}

Result<DevicePackage> read_package(const std::string& folder) {
  const std::vector<std::string> names = list_folder(folder);
  for (const std::string& name : names) APPRENTICE_CHECK(check_plain(folder + "/" + name));
  const std::string place = folder + "/" + kManifestName;
  DevicePackage package;
  APPRENTICE_TRY(const std::string text, read_file(place, kLargestManifest));
  APPRENTICE_TRY(package.manifest, parse_package_manifest(text, place));
  for (const std::string& name : names) {
    if (name != kManifestName && package.manifest.files.count(name) == 0)
      return bad_input(folder + "/" + name, "is not in the manifest; remove it");
  }
  for (const auto& [name, listed] : package.manifest.files) {
    APPRENTICE_TRY(package.files[name], read_listed(folder + "/" + name, listed));
  }
  package.files[kManifestName] = text;
  return package;
}

}  // namespace apprentice::package
