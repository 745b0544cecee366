// SPDX-License-Identifier: Apache-2.0
// comparison.json, both ways: docs/formats/comparison_json.md.
#include "apprentice/report/comparison.h"
#include "apprentice/report/json_parts.h"

namespace apprentice::report {
namespace {

using Json = nlohmann::ordered_json;
constexpr int64_t kLargestComparison = int64_t{256} << 20;

Json interval_json(const metrics::Interval& interval) {
  return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

metrics::Interval read_interval(const JsonReader& json) {
  return {json.number("mean"), json.number("low"), json.number("high")};
}

Json score_json(const ComparedScore& score) {
  Json json = {{"test", interval_json(score.test)}};
  if (score.gain) json["gain"] = interval_json(*score.gain);
  if (score.rmse) json["rmse"] = *score.rmse;
  if (score.nasa_score) json["nasa_score"] = *score.nasa_score;
  return json;
}

ComparedScore read_score(const JsonReader& json) {
  ComparedScore score;
  score.test = read_interval(json.object("test"));
  if (json.has("gain")) score.gain = read_interval(json.object("gain"));
  if (json.has("rmse")) score.rmse = json.number("rmse");
  if (json.has("nasa_score")) score.nasa_score = json.number("nasa_score");
  return score;
}

Json seed_json(const ComparedSeed& seed) {
  return {{"seed", seed.seed}, {"steps", seed.steps},    {"best_step", seed.best_step}, {"validation", seed.validation},
          {"test", seed.test}, {"seconds", seed.seconds}};
}

ComparedSeed read_seed(const JsonReader& json) {
  return {json.seed("seed"),         json.count("steps"), json.count("best_step"),
          json.number("validation"), json.number("test"), json.number("seconds")};
}

Json method_json(const ComparisonData& data, const ComparedMethod& method) {
  Json json = {{"name", method.name},
               {"loss", method.loss},
               {"validation", validation_mean(method)},
               {"seconds", seconds_mean(method)},
               {"float", score_json(method.score)}};
  if (method.int8) json["int8"] = score_json(*method.int8);
  if (const auto share = way_to_teacher(data, method)) json["way_to_teacher"] = *share;
  json["seeds"] = Json::array();
  for (const ComparedSeed& seed : method.seeds) json["seeds"].push_back(seed_json(seed));
  return json;
}

ComparedMethod read_method(const JsonReader& json) {
  ComparedMethod method;
  method.name = json.text("name");
  method.loss = json.raw("loss");
  method.score = read_score(json.object("float"));
  if (json.has("int8")) method.int8 = read_score(json.object("int8"));
  for (const JsonReader& seed : json.objects("seeds")) method.seeds.push_back(read_seed(seed));
  return method;
}

Json summary_json(const ComparisonSummary& summary) {
  constexpr const char* kVerdicts[] = {"gain", "unproven", "loss", "control"};
  return {{"verdict", kVerdicts[static_cast<size_t>(summary.verdict)]},
          {"headline", summary.headline},
          {"claim", summary.claim},
          {"sentences", summary.sentences}};
}

ComparisonData read_all(const JsonReader& json) {
  ComparisonData data;
  check_format(json, "apprentice-comparison");
  data.job = json.text("job");
  data.task = json.choice<TaskKind>("task", kTaskNames);
  data.metric = read_metric(json);
  data.target_name = json.text("target_name");
  data.target_unit = json.text("target_unit");
  data.winner = json.text("winner");
  data.validation_samples = json.count("validation_samples");
  data.test_samples = json.count("test_samples");
  data.unit_name = json.text("unit_name");
  data.units = json.count("units");
  data.rounds = json.count("rounds");
  if (json.has("teacher")) data.teacher = read_score(json.object("teacher"));
  for (const JsonReader& method : json.objects("methods")) data.methods.push_back(read_method(method));
  if (find_method(data, data.winner) == nullptr) json.refuse("the winner '{}' is not among the methods", data.winner);
  data.job_file = json.text("job_file");
  data.job_hash = json.text("job_hash");
  data.split = json.text("split");
  data.leak_warning = json.text("leak_warning");
  data.versions = read_pairs(json, "versions");
  return data;
}

}  // namespace

Json to_json(const ComparisonData& data) {
  Json json = {{"format", "apprentice-comparison"},
               {"version", 1},
               {"job", data.job},
               {"task", to_string(data.task)},
               {"metric", metrics::to_string(data.metric)},
               {"summary", summary_json(summarize(data))},
               {"target_name", data.target_name},
               {"target_unit", data.target_unit},
               {"winner", data.winner},
               {"validation_samples", data.validation_samples},
               {"test_samples", data.test_samples},
               {"unit_name", data.unit_name},
               {"units", data.units},
               {"rounds", data.rounds}};
  if (data.teacher) json["teacher"] = score_json(*data.teacher);
  json["methods"] = Json::array();
  for (const ComparedMethod& method : data.methods) json["methods"].push_back(method_json(data, method));
  json["job_file"] = data.job_file;
  json["job_hash"] = data.job_hash;
  json["split"] = data.split;
  json["leak_warning"] = data.leak_warning;
  json["versions"] = pairs_json(data.versions);
  return json;
}

std::string comparison_json_text(const ComparisonData& data) {
  return to_json(data).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ComparisonData> comparison_from_json(const Json& json, const std::string& file) {
  const JsonReader reader(json, file);
  ComparisonData data = read_all(reader);
  APPRENTICE_CHECK(reader.status());
  return data;
}

Result<ComparisonData> read_comparison(const std::string& path) {
  APPRENTICE_TRY(const Json json, read_json(path, kLargestComparison, "expected the comparison.json of a run"));
  return comparison_from_json(json, path);
}

}  // namespace apprentice::report
