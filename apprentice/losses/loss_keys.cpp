// SPDX-License-Identifier: Apache-2.0
#include "apprentice/losses/loss_kind.h"

namespace apprentice::losses {
namespace {

void read_key(Config& table, LossKey& key) {
  if (auto* number = std::get_if<double>(&key.value)) {
    table.read_bounded(key.name, *number, key.least, key.most);
  } else if (auto* whole = std::get_if<int64_t>(&key.value)) {
    table.read_bounded(key.name, *whole, static_cast<int64_t>(key.least), static_cast<int64_t>(key.most));
  } else if (auto* text = std::get_if<std::string>(&key.value)) {
    table.read_choice(key.name, *text, key.choices);
  } else {
    table.read(key.name, std::get<std::vector<std::string>>(key.value));
  }
}

}  // namespace

const LossKey* LossKeys::find(const std::string& name) const {
  for (const LossKey& key : keys_) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

LossKeys LossKeys::read(Config& table) const {
  LossKeys read = *this;
  for (LossKey& key : read.keys_) read_key(table, key);
  if (read.has("soft_weight") && read.number("soft_weight") == 0.0 && read.number("hard_weight") == 0.0) {
    table.reject("soft_weight", "hard_weight and soft_weight are both 0, so nothing would be learned");
  }
  return read;
}

nlohmann::ordered_json to_json(const LossKeys& keys) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const LossKey& key : keys.list()) std::visit([&](const auto& value) { json[key.name] = value; }, key.value);
  return json;
}

}  // namespace apprentice::losses
