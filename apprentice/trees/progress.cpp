// SPDX-License-Identifier: Apache-2.0
#include "apprentice/trees/progress.h"

#include <nlohmann/json.hpp>

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/nesting.h"

namespace apprentice {
namespace {

// Of all that a checkpoint holds.
std::string seal(const std::string& identity, const TreeProgress& progress) {
  Hasher hasher;
  hasher.add(identity).add(progress.json).add(progress.rounds).add(progress.best);
  return hasher.add(&progress.loss, sizeof progress.loss).hex();
}

}  // namespace

void TreeProgress::add(double validation_loss) {
  ++rounds;
  if (!(validation_loss < loss)) return;
  best = rounds;
  loss = validation_loss;
}

bool TreeProgress::is_finished(const TreeOptions& options) const {
  return rounds >= options.rounds || rounds - best >= options.patience;
}

TreeProgress load_progress(const std::string& path, const std::string& identity) {
  const auto text = file_exists(path) ? read_file(path) : Result<std::string>("");
  const nlohmann::ordered_json saved = text ? parse_shallow_json(*text) : nlohmann::ordered_json();
  try {
    TreeProgress progress;
    progress.json = saved.at("model").get<std::string>();
    progress.rounds = saved.at("rounds").get<int64_t>();
    progress.best = saved.at("best").get<int64_t>();
    progress.loss = saved.at("loss").get<double>();
    if (saved.at("seal") == seal(identity, progress)) return progress;
  } catch (const nlohmann::json::exception&) {  // no checkpoint
  }
  return {};
}

Status save_progress(const std::string& path, const std::string& identity, const TreeProgress& progress) {
  const nlohmann::json saved = {{"model", progress.json},
                                {"rounds", progress.rounds},
                                {"best", progress.best},
                                {"loss", progress.loss},
                                {"seal", seal(identity, progress)}};
  return write_file(path, saved.dump());
}

}  // namespace apprentice
