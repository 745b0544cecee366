// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/baselines.h"

#include "apprentice/base/files.h"
#include "apprentice/base/json_reader.h"
#include "apprentice/baselines/giveaways.h"
#include "apprentice/data/formats/npy.h"

namespace apprentice::pipeline {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLargestRecord = int64_t{64} << 20;

std::string answers_path(const std::string& name, const char* side) {
  return fmt::format("baselines/{}_{}.npy", name, side);
}

Json json_of(const baselines::Baseline& baseline) {
  return {{"name", baseline.name},
          {"title", baseline.title},
          {"detail", baseline.answers.detail},
          {"trained_on", baseline.trained_on},
          {"size", baseline.answers.size},
          {"unit", baseline.answers.unit}};
}

Result<std::vector<std::string>> write_baselines(Run& run) {
  APPRENTICE_TRY(const JobBaselines made_here, job_baselines(run.inputs, run.control));
  APPRENTICE_CHECK(make_folder(run.directory.file("baselines")));
  Json json = {{"baselines", Json::array()}, {"findings", made_here.findings}};
  std::vector<std::string> made = {kBaselines};
  for (const baselines::Baseline& baseline : made_here.fitted) {
    json["baselines"].push_back(json_of(baseline));
    const std::pair<const char*, const Tensor*> sides[] = {{"validation", &baseline.answers.validation},
                                                           {"test", &baseline.answers.test}};
    for (const auto& [side, answers] : sides) {
      made.push_back(answers_path(baseline.name, side));
      APPRENTICE_CHECK(data::write_npy(run.directory.file(made.back()), *answers));
    }
  }
  const std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  APPRENTICE_CHECK(write_file(run.directory.file(kBaselines), text + "\n"));
  return made;
}

Result<Tensor> read_answers(const Run& run, const std::string& name, const char* side, int64_t samples) {
  const std::string path = run.directory.file(answers_path(name, side));
  APPRENTICE_TRY(data::NpyArray array, data::read_npy(path));
  if (array.is_text || array.tensor.dtype() != DType::kF32 || array.shape.size() != 2 || array.shape[0] != samples)
    return bad_input(path, "holds {}; float32 answers to {} samples were expected", to_string(array.shape), samples);
  return std::move(array.tensor);
}

Result<JobBaselines> read_baselines(const Run& run) {
  const std::string path = run.directory.file(kBaselines);
  APPRENTICE_TRY(const Json json, read_json(path, kLargestRecord));
  const JsonReader reader(json, path);
  JobBaselines read;
  read.findings = reader.texts("findings");
  for (const JsonReader& each : reader.objects("baselines")) {
    baselines::Baseline& one = read.fitted.emplace_back();
    one.name = each.text("name");
    one.title = each.text("title");
    one.trained_on = each.count("trained_on");
    one.answers.detail = each.text("detail");
    one.answers.size = each.count("size");
    one.answers.unit = each.text("unit");
  }
  APPRENTICE_CHECK(reader.status());
  const data::Splits& splits = run.inputs.splits;
  for (baselines::Baseline& one : read.fitted) {
    APPRENTICE_TRY(one.answers.validation, read_answers(run, one.name, "validation", splits.validation->size()));
    APPRENTICE_TRY(one.answers.test, read_answers(run, one.name, "test", splits.test->size()));
  }
  return read;
}

}  // namespace

Result<JobBaselines> job_baselines(const Inputs& inputs, const RunControl& control) {
  const data::Splits& splits = inputs.splits;
  const baselines::BaselineOptions options{inputs.job.seed, inputs.job.work_threads()};
  JobBaselines made;
  APPRENTICE_TRY(made.fitted, baselines::fit_baselines(splits, options, control));
  APPRENTICE_TRY(made.findings, baselines::find_giveaways(splits, options, control));
  for (std::string& sentence : baselines::find_shared_samples(splits)) made.findings.push_back(std::move(sentence));
  return made;
}

Result<JobBaselines> sealed_baselines(Run& run) {
  const data::Splits& splits = run.inputs.splits;
  const Json seen = {{"version", version()},
                     {"seed", run.inputs.job.seed},
                     {"threads", run.inputs.job.threads},
                     {"train", splits.train->info().fingerprint},
                     {"validation", splits.validation->info().fingerprint},
                     {"test", splits.test->info().fingerprint}};
  APPRENTICE_TRY(const StepOutcome done, run.directory.once("baselines", seen, [&] { return write_baselines(run); }));
  (void)done;
  return read_baselines(run);
}

}  // namespace apprentice::pipeline
