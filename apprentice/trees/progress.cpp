// SPDX-License-Identifier: Apache-2.0
#include "apprentice/trees/progress.h"

#include "apprentice/base/files.h"
#include "apprentice/base/hash.h"
#include "apprentice/base/json_reader.h"

namespace apprentice::trees {
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
  const auto saved = read_json(path, int64_t{1} << 33);
  if (!saved) return {};
  const JsonReader reader(*saved, path);
  TreeProgress progress;
  progress.json = reader.text("model");
  progress.rounds = reader.count("rounds");
  progress.best = reader.count("best");
  progress.loss = reader.finite("loss");
  const bool whole = reader.text("seal") == seal(identity, progress) && reader.status();
  return whole ? progress : TreeProgress();
}

Status save_progress(const std::string& path, const std::string& identity, const TreeProgress& progress) {
  const nlohmann::json saved = {{"model", progress.json},
                                {"rounds", progress.rounds},
                                {"best", progress.best},
                                {"loss", progress.loss},
                                {"seal", seal(identity, progress)}};
  return write_file(path, saved.dump());
}

}  // namespace apprentice::trees
