// SPDX-License-Identifier: Apache-2.0
// Building a target store: the teacher answers shard by shard; what is sealed is not asked again. While it answers, the
// next batch is read and the last shard is written, so that memory holds one batch and one shard more.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <numeric>
#include <vector>

#include "apprentice/model/stages.h"
#include "apprentice/targets/feature_pool.h"
#include "apprentice/targets/shard.h"

namespace apprentice::targets {
namespace {

// One of the questions of a shard: a view of a sample.
struct Question {
  int64_t sample = 0, view = 0;
};
using Questions = std::vector<Question>;

class Labelling {
 public:
  Labelling(std::string folder, Manifest manifest, teacher::Teacher& teacher, const data::Dataset& data,
            const TargetOptions& options, const RunControl& control)
      : folder_(std::move(folder)),
        manifest_(std::move(manifest)),
        teacher_(teacher),
        data_(data),
        options_(options),
        control_(control) {
    for (const teacher::TeacherFeature& feature : manifest_.features) feature_names_.push_back(feature.name);
    const int64_t bytes = answer_bytes(manifest_.samples, manifest_.classes, options);
    if (!feature_names_.empty()) bytes_ = fmt::format("  {:.1f} MB in all", static_cast<double>(bytes) * 1e-6);
  }

  Status run() {
    APPRENTICE_CHECK(claim_folder());
    std::future<Status> sealing;
    for (int64_t shard = 0; shard < manifest_.shards(); ++shard) {
      if (is_sealed(folder_, shard)) continue;
      auto answers = answer(shard);  // first the shard before it is sealed, also where this one fails
      if (sealing.valid()) APPRENTICE_CHECK(sealing.get());
      if (!answers) return tl::unexpected<Error>(answers.error());
      sealing = std::async(std::launch::async, [this, shard, answers = std::move(*answers)] {
        return seal_shard(folder_, manifest_, shard, answers);
      });
    }
    return sealing.valid() ? sealing.get() : Status{};
  }

 private:
  // Writes store.json, or checks that the one found is ours; what the teacher is called does not count.
  Status claim_folder() {
    APPRENTICE_CHECK(make_folder(folder_));
    const std::string path = folder_ + "/store.json";
    if (!file_exists(path)) return write_file(path, to_text(manifest_));
    APPRENTICE_TRY(const std::string text, read_file(path, int64_t{1} << 20));
    APPRENTICE_TRY(Manifest found, parse_manifest(text, path));
    found.teacher = manifest_.teacher;
    if (to_text(found) == to_text(manifest_)) return {};
    return bad_input(path,
                     "does not describe the answers of this teacher to this data; remove its folder to have the "
                     "teacher answer all of it again");
  }

  Result<ShardAnswers> answer(int64_t shard) {
    const int64_t first = shard * manifest_.shard_samples * manifest_.views;
    const int64_t end = first + manifest_.samples_in(shard) * manifest_.views;
    ShardAnswers answers(manifest_.blocks());
    for (size_t block = 0; block < answers.size(); ++block) {
      answers[block].reserve(static_cast<size_t>((end - first) * manifest_.block_values(block)));
    }
    const auto batch_at = [&](int64_t next) { return questions(next, std::min(next + options_.batch_size, end)); };
    std::future<Tensor> reading;
    for (int64_t next = first; next < end; next += options_.batch_size) {
      if (control_.stop_requested()) return interrupted("labelling");
      const Questions asked = batch_at(next);
      const Tensor samples = reading.valid() ? reading.get() : read(asked);
      if (const int64_t after = next + options_.batch_size; after < end) {
        reading = std::async(std::launch::async, [this, ahead = batch_at(after)] { return read(ahead); });
      }
      APPRENTICE_CHECK(answer_batch(asked, samples, answers));
      const auto count = static_cast<int64_t>(asked.size());
      report(next + count, count);
    }
    return answers;
  }

  // Sample after sample, each with all its views.
  Questions questions(int64_t first, int64_t end) const {
    Questions asked;
    for (int64_t i = first; i < end; ++i) asked.push_back({i / manifest_.views, i % manifest_.views});
    return asked;
  }

  Status answer_batch(const Questions& questions, const Tensor& samples, ShardAnswers& answers) {
    const auto count = static_cast<int64_t>(questions.size());
    APPRENTICE_TRY(const teacher::TeacherAnswers given, teacher_.observe(samples, rows_of(questions), feature_names_));
    const Shape expected{count, manifest_.classes};
    if (given.logits.shape() != expected || given.logits.dtype() != DType::kF32) {
      return bad_input(manifest_.teacher, "the teacher answered {} of {}; expected {} of f32",
                       to_string(given.logits.shape()), to_string(given.logits.dtype()), to_string(expected));
    }
    const float* values = given.logits.data<float>();
    APPRENTICE_CHECK(check_finite(questions, values, manifest_.classes, "output"));
    answers[0].insert(answers[0].end(), values, values + given.logits.size());
    promise(given.features.size() == manifest_.features.size(), "observe gives the features asked for");
    for (size_t i = 0; i < given.features.size(); ++i) {
      APPRENTICE_CHECK(keep_feature(questions, manifest_.features[i], given.features[i].second, answers[1 + i]));
    }
    return {};
  }

  Status check_finite(const Questions& questions, const float* values, int64_t each, const std::string& what) const {
    for (int64_t i = 0; i < each * static_cast<int64_t>(questions.size()); ++i) {
      if (std::isfinite(values[i])) continue;
      const Question& question = questions[static_cast<size_t>(i / each)];
      return bad_input(manifest_.teacher, "the teacher answered {} for sample {}{}, {} {}", values[i], question.sample,
                       question.view == 0 ? "" : fmt::format(", view {}", question.view), what, i % each);
    }
    return {};
  }

  Status keep_feature(const Questions& questions, const teacher::TeacherFeature& kept, const Tensor& given,
                      std::vector<float>& values) const {
    const auto count = static_cast<int64_t>(questions.size());
    const bool has_samples = !given.shape().empty() && given.shape()[0] == count && given.dtype() == DType::kF32;
    const Shape shape = has_samples ? model::feature_shape({given.shape().begin() + 1, given.shape().end()}) : Shape{};
    if (!can_pool(shape, kept.shape)) {
      return bad_input(manifest_.teacher, "the teacher gave feature '{}' as {} of {} for {} samples; expected {} each",
                       kept.name, to_string(given.shape()), to_string(given.dtype()), count, to_string(kept.shape));
    }
    const int64_t each = element_count(kept.shape);
    const size_t before = values.size();
    values.resize(before + static_cast<size_t>(count * each));
    pool_feature(given.data<float>(), count, shape, kept.shape, values.data() + before);
    return check_finite(questions, values.data() + before, each, "feature '" + kept.name + "'");
  }

  Tensor read(const Questions& questions) const {
    Shape shape = data_.info().sample_shape;
    const int64_t sample_size = element_count(shape);
    shape.insert(shape.begin(), static_cast<int64_t>(questions.size()));
    Tensor batch(DType::kF32, shape);
    float* out = batch.data<float>();
    for (const Question& question : questions) {
      if (options_.views == nullptr)
        data_.get(question.sample, out);
      else
        static_cast<void>(options_.views->make(question.sample, question.view, out));
      out += sample_size;
    }
    return batch;
  }

  // An augmented view is in no row of the data.
  std::vector<int64_t> rows_of(const Questions& questions) const {
    std::vector<int64_t> samples;
    for (const Question& question : questions) samples.push_back(question.sample);
    std::vector<int64_t> rows = data::source_rows(data_, samples);
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = questions[i].view == 0 ? rows[i] : -1;
    return rows;
  }

  void report(int64_t done, int64_t answered) {
    answered_ += answered;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double speed = static_cast<double>(answered_) / std::max(seconds, 1e-9);
    const int64_t total = manifest_.samples * manifest_.views;
    control_.report({"label", done, total, fmt::format("{:.0f} samples/s{}", speed, bytes_)});
  }

  std::string folder_;
  Manifest manifest_;
  teacher::Teacher& teacher_;
  const data::Dataset& data_;
  const TargetOptions& options_;
  const RunControl& control_;
  std::vector<std::string> feature_names_;
  std::string bytes_;  // for the progress line, where features make the store large
  int64_t answered_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Status check_inputs(const teacher::TeacherInfo& teacher, const data::Dataset& data, const TargetOptions& options) {
  if (data.size() < 1) return bad_input("", "there are no samples for the teacher to answer");
  if (options.batch_size < 1 || options.shard_samples < 1) {
    return bad_input("", "batch size {} and samples per shard {} must be at least 1", options.batch_size,
                     options.shard_samples);
  }
  promise(options.views == nullptr || options.views->data().info().fingerprint == data.info().fingerprint,
          "the views are of the data to be answered");
  if (teacher.sample_shape != data.info().sample_shape) {
    return bad_input(teacher.description, "the teacher takes samples of shape {}, but the data has {}",
                     to_string(teacher.sample_shape), to_string(data.info().sample_shape));
  }
  return {};
}

// Recorded answers are found by row; an augmented view has none.
Status check_views(const teacher::Teacher& teacher) {
  if (teacher.covers({-1})) return {};
  return bad_input(teacher.info().description,
                   "holds answers to the plain samples alone, so it cannot answer augmented views; take [views] out of "
                   "the job, or a teacher that can be asked");
}

}  // namespace

Result<std::shared_ptr<const TargetStore>> TargetStore::build(const std::string& folder, teacher::Teacher& teacher,
                                                              const data::Dataset& data, const TargetOptions& options,
                                                              const RunControl& control) {
  const teacher::TeacherInfo& info = teacher.info();
  std::vector<int64_t> all(static_cast<size_t>(data.size()));
  std::iota(all.begin(), all.end(), 0);
  APPRENTICE_CHECK(teacher.covers(data::source_rows(data, all)));
  if (options.views != nullptr) APPRENTICE_CHECK(check_views(teacher));
  APPRENTICE_CHECK(check_inputs(info, data, options));
  const bool classes = info.task == TaskKind::kClassification;
  const Manifest manifest =
      make_manifest(info, data, options, classes ? static_cast<int64_t>(info.class_names.size()) : 1);
  const std::string store_folder = folder + "/" + manifest.address;
  APPRENTICE_CHECK(Labelling(store_folder, manifest, teacher, data, options, control).run());
  return open(store_folder);
}

}  // namespace apprentice::targets
