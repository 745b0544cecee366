// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teach_job.h"

#include "apprentice/onnx/run/compute_device.h"

namespace apprentice::pipeline {
namespace {

constexpr int64_t kMostMembers = 32;

using Schedule = std::function<Result<train::TrainOptions>(Config&)>;

Result<TeachMember> read_member(Config& table, const Schedule& schedule) {
  TeachMember member;
  std::string family;
  table.read("family", family);
  if (family == kTreesFamily) {
    member.trees = read_trees(table);
  } else {
    APPRENTICE_TRY(member.train, schedule(table.table("train")));
  }
  return member;
}

}  // namespace

trees::TreeOptions read_trees(Config& table, trees::TreeOptions options) {
  table.read_bounded("rounds", options.rounds, 1, 10'000);
  table.read_bounded("patience", options.patience, 1, 10'000);
  table.read_bounded("depth", options.depth, 1, 16);
  table.read_bounded("learning_rate", options.learning_rate, 1e-4, 1.0);
  table.read_bounded("row_share", options.row_share, 0.01, 1.0);
  table.read_bounded("column_share", options.column_share, 0.01, 1.0);
  if (table.has("train")) {
    table.reject("train", fmt::format("'train' is the schedule of networks; trees take {}",
                                      "rounds, patience and learning_rate beside their family"));
  }
  return options;
}

nlohmann::ordered_json to_json(const trees::TreeOptions& options) {
  Config silent;
  static_cast<void>(read_trees(silent, options));
  nlohmann::ordered_json json = silent.resolved();
  json["seed"] = options.seed;
  return json;
}

Result<TeachJob> read_teach_job(Config& teach, const Schedule& schedule) {
  TeachJob job;
  job.present = true;
  teach.read("views", job.views).read("device", job.device);
  APPRENTICE_CHECK(onnx::run::find_compute_device(job.device, teach.place("device")));
  int64_t copies = 1;
  std::vector<Config>& tables = teach.tables("member");
  if (static_cast<int64_t>(tables.size()) > kMostMembers) {
    teach.reject("member", fmt::format("there are {} members; at most {} are expected", tables.size(), kMostMembers));
  }
  for (Config& table : tables) {
    APPRENTICE_TRY(job.members.emplace_back(), read_member(table, schedule));
  }
  if (tables.empty()) {
    teach.read_bounded("members", copies, 1, kMostMembers);
    APPRENTICE_TRY(const TeachMember member, read_member(teach, schedule));
    job.members.assign(static_cast<size_t>(std::max<int64_t>(copies, 0)), member);
  }
  job.table = teach;
  return job;
}

}  // namespace apprentice::pipeline
