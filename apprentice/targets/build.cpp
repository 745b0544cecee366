// SPDX-License-Identifier: Apache-2.0
// Building a target store: the teacher answers shard by shard; what is sealed is not asked again.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "apprentice/targets/shard.h"

namespace apprentice {
namespace {

class Labelling {
 public:
  Labelling(std::string folder, Manifest manifest, Teacher& teacher, const Dataset& data, int64_t batch_size,
            const RunControl& control)
      : folder_(std::move(folder)),
        manifest_(std::move(manifest)),
        teacher_(teacher),
        data_(data),
        batch_size_(batch_size),
        control_(control) {}

  Status run() {
    APPRENTICE_CHECK(claim_folder());
    for (int64_t shard = 0; shard < manifest_.shards(); ++shard) {
      if (is_sealed(folder_, shard)) continue;
      APPRENTICE_TRY(const std::vector<float> answers, answer(shard));
      APPRENTICE_CHECK(seal_shard(folder_, manifest_, shard, answers));
    }
    return {};
  }

 private:
  // Writes store.json, or checks that the one found is ours.
  Status claim_folder() {
    APPRENTICE_CHECK(make_folder(folder_));
    const std::string path = folder_ + "/store.json";
    if (!file_exists(path)) return write_file(path, to_text(manifest_));
    APPRENTICE_TRY(const std::string found, read_file(path, int64_t{1} << 20));
    if (found == to_text(manifest_)) return {};
    return bad_input(path, "does not describe the answers of this teacher to this data; remove the folder");
  }

  Result<std::vector<float>> answer(int64_t shard) {
    const int64_t first = shard * manifest_.shard_samples, count = manifest_.samples_in(shard);
    std::vector<float> answers;
    answers.reserve(static_cast<size_t>(count * manifest_.classes));
    for (int64_t done = 0; done < count; done += batch_size_) {
      if (control_.stop_requested()) return interrupted("labelling");
      std::vector<int64_t> indices(static_cast<size_t>(std::min(batch_size_, count - done)));
      std::iota(indices.begin(), indices.end(), first + done);
      APPRENTICE_CHECK(answer_batch(indices, answers));
      report(indices.back() + 1, static_cast<int64_t>(indices.size()));
    }
    return answers;
  }

  Status answer_batch(const std::vector<int64_t>& indices, std::vector<float>& answers) {
    const auto count = static_cast<int64_t>(indices.size());
    Shape shape = data_.info().sample_shape;
    const int64_t sample_size = element_count(shape);
    shape.insert(shape.begin(), count);
    Tensor batch(DType::kF32, shape);
    for (int64_t i = 0; i < count; ++i) {
      data_.get(indices[static_cast<size_t>(i)], batch.data<float>() + i * sample_size);
    }
    APPRENTICE_TRY(const TeacherAnswers given, teacher_.predict(batch, source_rows(data_, indices)));
    const Shape expected{count, manifest_.classes};
    if (given.logits.shape() != expected || given.logits.dtype() != DType::kF32) {
      return bad_input(manifest_.teacher, "the teacher answered {} of {}; expected {} of f32",
                       to_string(given.logits.shape()), to_string(given.logits.dtype()), to_string(expected));
    }
    const float* values = given.logits.data<float>();
    for (int64_t i = 0; i < given.logits.size(); ++i) {
      if (!std::isfinite(values[i])) {
        return bad_input(manifest_.teacher, "the teacher answered {} for sample {}, output {}", values[i],
                         indices[static_cast<size_t>(i / manifest_.classes)], i % manifest_.classes);
      }
    }
    answers.insert(answers.end(), values, values + given.logits.size());
    return {};
  }

  void report(int64_t done, int64_t answered) {
    answered_ += answered;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double speed = static_cast<double>(answered_) / std::max(seconds, 1e-9);
    const int64_t left = std::lround(static_cast<double>(manifest_.samples - done) / speed);
    control_.report({"label", done, manifest_.samples,
                     fmt::format("{:.0f} samples/s  left {}:{:02}", speed, left / 60, left % 60)});
  }

  std::string folder_;
  Manifest manifest_;
  Teacher& teacher_;
  const Dataset& data_;
  int64_t batch_size_;
  const RunControl& control_;
  int64_t answered_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Status check_inputs(const TeacherInfo& teacher, const Dataset& data, const TargetOptions& options) {
  if (data.size() < 1) return bad_input("", "there are no samples for the teacher to answer");
  if (options.batch_size < 1 || options.shard_samples < 1) {
    return bad_input("", "batch size {} and samples per shard {} must be at least 1", options.batch_size,
                     options.shard_samples);
  }
  if (options.views != 1) {
    return fail(ErrorKind::kUnsupported, "", "{} views per sample are asked for; this build labels 1", options.views);
  }
  if (teacher.sample_shape != data.info().sample_shape) {
    return bad_input(teacher.description, "the teacher takes samples of shape {}, but the data has {}",
                     to_string(teacher.sample_shape), to_string(data.info().sample_shape));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const TargetStore>> TargetStore::build(const std::string& folder, Teacher& teacher,
                                                              const Dataset& data, const TargetOptions& options,
                                                              const RunControl& control) {
  const TeacherInfo& info = teacher.info();
  std::vector<int64_t> all(static_cast<size_t>(data.size()));
  std::iota(all.begin(), all.end(), 0);
  APPRENTICE_CHECK(teacher.covers(source_rows(data, all)));
  APPRENTICE_CHECK(check_inputs(info, data, options));
  const bool classes = info.task == TaskKind::kClassification;
  const Manifest manifest =
      make_manifest(info, data, options, classes ? static_cast<int64_t>(info.class_names.size()) : 1);
  const std::string store_folder = folder + "/" + manifest.address;
  APPRENTICE_CHECK(Labelling(store_folder, manifest, teacher, data, options.batch_size, control).run());
  return open(store_folder);
}

}  // namespace apprentice
