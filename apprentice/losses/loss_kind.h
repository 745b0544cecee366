// SPDX-License-Identifier: Apache-2.0
// What a loss is, and what a job says about it, without libtorch: rows of losses/kinds.def. losses/loss.h computes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/task.h"

namespace apprentice::losses {

// What a loss looks at inside the networks.
enum class Taps {
  kNone,
  kOwnVector,  // the student's last vector [batch, values], what its last dense layer sees
  kVector,     // the same of both networks
  kLastMaps,   // maps [batch, channels, height, width] at the end of the last stage; height 1 for windows
  kMaps,       // the same at the ends of all stages, in pairs, compared at the smaller of their sizes
};

// One key of a loss with its value: a number, a whole number, one of `choices`, or names.
struct LossKey {
  std::string name;
  std::variant<double, int64_t, std::string, std::vector<std::string>> value;
  double least = 0.0, most = 0.0;    // of numbers
  std::vector<std::string> choices;  // of a text
};

// The keys of one loss, in the order of its row.
class LossKeys {
 public:
  LossKeys(std::vector<LossKey> keys = {}) : keys_(std::move(keys)) {}

  const std::vector<LossKey>& list() const { return keys_; }
  bool has(const std::string& name) const { return find(name) != nullptr; }
  // Of a key that the row has, in its type.
  template <typename T>
  const T& get(const std::string& name) const {
    const LossKey* key = find(name);
    promise(key != nullptr, "a loss asks for keys of its row");
    return std::get<T>(key->value);
  }
  double number(const std::string& name) const { return get<double>(name); }
  // Names of layers and of teacher features that the user wants paired, shallow to deep; empty = found from shapes.
  std::vector<std::string> taps(const std::string& name) const {
    return has(name) ? get<std::vector<std::string>>(name) : std::vector<std::string>();
  }
  // The values of a table, where it is silent those that are here. What does not fit is rejected in the table.
  LossKeys read(Config& table) const;

 private:
  const LossKey* find(const std::string& name) const;
  std::vector<LossKey> keys_;
};
// {"T": 4.0, "hard_weight": 0.1, ...}
nlohmann::ordered_json to_json(const LossKeys& keys);

struct LossKind {
  const char* name;
  TaskKind task;
  bool needs_teacher;
  Taps taps;
  const char* summary;  // what it does
  const char* source;   // paper and equation
  LossKeys keys;        // with their defaults
};
const std::vector<LossKind>& loss_kinds();
// Null when there is no such loss.
const LossKind* find_loss_kind(const std::string& name);
// Refuses unknown names: "unknown loss 'kll'; known losses: bernoulli_kl, ce, kd, ...".
Result<const LossKind*> known_loss_kind(const std::string& name, const std::string& place);
// What the control arm and a taught teacher learn by: "ce", or "mse" in regression.
const char* label_only_loss(TaskKind task);

// The table as a Markdown page: task, keys with their defaults, summary and source of each loss. docs/losses.md is this
// text; `apprentice list losses --markdown` prints it.
std::string losses_markdown();

}  // namespace apprentice::losses
