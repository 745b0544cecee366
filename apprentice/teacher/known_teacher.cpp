// SPDX-License-Identifier: Apache-2.0
#include "apprentice/teacher/known_teacher.h"

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/data/load.h"

namespace apprentice::teacher {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTasks[] = {"classification", "regression"};  // by TaskKind
constexpr int64_t kLargest = int64_t{64} << 20;

class KnownTeacher final : public Teacher {
 public:
  KnownTeacher(TeacherInfo info, Error why) : info_(std::move(info)), why_(std::move(why)) {}

  const TeacherInfo& info() const override { return info_; }
  Result<TeacherAnswers> predict(const Tensor&, const std::vector<int64_t>&) override {
    return tl::unexpected<Error>(why_);
  }
  Result<TeacherAnswers> observe(const Tensor&, const std::vector<int64_t>&, const std::vector<std::string>&) override {
    return tl::unexpected<Error>(why_);
  }
  Result<Shape> feature_shape(const std::string& name) override {
    for (const TeacherFeature& feature : info_.features) {
      if (feature.name == name) return feature.shape;
    }
    return tl::unexpected<Error>(why_);
  }

 private:
  TeacherInfo info_;
  Error why_;
};

void add_paths(const Json& table, const std::string& folder, std::vector<std::string>& files) {
  for (const auto& [key, value] : table.items()) {
    if (key == "path" && value.is_string()) files.push_back(data::resolve_path(folder, value.get<std::string>()));
    if (value.is_structured()) add_paths(value, folder, files);
  }
}

Result<Json> hashes_of(const std::vector<std::string>& files) {
  Json hashes = Json::array();
  for (const std::string& file : files) {
    APPRENTICE_TRY(const std::string hash, hash_file(file));
    hashes.push_back(hash);
  }
  return hashes;
}

Shape read_shape(const JsonReader& json, const std::string& key) { return json.integers(key, 1, int64_t{1} << 40); }

TeacherInfo read_info(const JsonReader& json) {
  TeacherInfo info;
  info.task = json.choice<TaskKind>("task", kTasks);
  info.sample_shape = read_shape(json, "sample_shape");
  info.class_names = json.texts("class_names");
  info.names_classes = json.flag("names_classes");
  for (const JsonReader& feature : json.objects("features")) {
    info.features.push_back({feature.text("name"), read_shape(feature, "shape")});
  }
  info.fingerprint = json.text("fingerprint");
  info.macs = json.count("macs");
  info.parameters = json.count("parameters");
  info.description = json.text("description");
  return info;
}

}  // namespace

std::vector<std::string> teacher_files(const Config& teacher, const std::string& folder) {
  std::vector<std::string> files;
  add_paths(teacher.resolved(), folder, files);
  return files;
}

Result<Json> known_json(const TeacherInfo& info, const std::vector<std::string>& files) {
  APPRENTICE_TRY(const Json hashes, hashes_of(files));
  Json features = Json::array();
  for (const TeacherFeature& feature : info.features) {
    features.push_back({{"name", feature.name}, {"shape", feature.shape}});
  }
  return Json{{"files", hashes},
              {"task", kTasks[static_cast<size_t>(info.task)]},
              {"sample_shape", info.sample_shape},
              {"class_names", info.class_names},
              {"names_classes", info.names_classes},
              {"features", features},
              {"fingerprint", info.fingerprint},
              {"macs", info.macs},
              {"parameters", info.parameters},
              {"description", info.description}};
}

Result<std::unique_ptr<Teacher>> known_teacher(const std::string& path, const std::vector<std::string>& files,
                                               const Error& why) {
  const auto hashes = hashes_of(files);
  if (!hashes || !file_exists(path)) return tl::unexpected<Error>(why);
  APPRENTICE_TRY(const Json json, read_json(path, kLargest));
  if (!json.is_object() || !json.contains("files") || json["files"] != *hashes) return tl::unexpected<Error>(why);
  const JsonReader reader(json, path);
  TeacherInfo info = read_info(reader);
  APPRENTICE_CHECK(reader.status());
  return std::make_unique<KnownTeacher>(std::move(info), why);
}

}  // namespace apprentice::teacher
