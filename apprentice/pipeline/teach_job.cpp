// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/teach_job.h"

#include "apprentice/onnx/run/compute_device.h"

namespace apprentice {
namespace {

constexpr int64_t kMostMembers = 32;

template <typename T>
void read_bounded(Config& table, const char* key, T least, T most, T& value) {
  table.read(key, value);
  if (value >= least && value <= most) return;
  table.reject(key, fmt::format("'{}' is {}; expected {} to {}", key, value, least, most));
}

}  // namespace

TreeOptions read_trees(Config& table) {
  TreeOptions options;
  read_bounded<int64_t>(table, "rounds", 1, 10'000, options.rounds);
  read_bounded<int64_t>(table, "patience", 1, 10'000, options.patience);
  read_bounded<int64_t>(table, "depth", 1, 16, options.depth);
  read_bounded(table, "learning_rate", 1e-4, 1.0, options.learning_rate);
  read_bounded(table, "row_share", 0.01, 1.0, options.row_share);
  read_bounded(table, "column_share", 0.01, 1.0, options.column_share);
  if (table.has("train")) {
    table.reject("train", fmt::format("'train' is the schedule of networks; trees take {}",
                                      "rounds, patience and learning_rate beside their family"));
  }
  return options;
}

Result<TeachJob> read_teach_job(Config& teach, const std::function<Result<TrainOptions>(Config&)>& schedule) {
  TeachJob job;
  job.present = true;
  teach.read("views", job.views).read("device", job.device);
  APPRENTICE_CHECK(find_compute_device(job.device, teach.place("device")));
  int64_t copies = 1;
  std::vector<Config> tables = teach.tables("member");
  if (tables.empty()) {
    read_bounded<int64_t>(teach, "members", 1, kMostMembers, copies);
    tables.push_back(teach);
  }
  if (static_cast<int64_t>(tables.size()) > kMostMembers) {
    teach.reject("member", fmt::format("there are {} members; at most {} are expected", tables.size(), kMostMembers));
  }
  for (Config& table : tables) {
    TeachMember member{table, {}, {}};
    std::string family;
    table.read("family", family);
    if (family == kTreesFamily) {
      member.trees = read_trees(table);
    } else {
      Config own = table.table("train");
      APPRENTICE_TRY(member.train, schedule(own));
    }
    job.members.insert(job.members.end(), static_cast<size_t>(std::max<int64_t>(copies, 0)), member);
  }
  return job;
}

}  // namespace apprentice
