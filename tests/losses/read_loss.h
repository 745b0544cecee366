// SPDX-License-Identifier: Apache-2.0
// A loss as a job's table says it.
#pragma once

#include <memory>
#include <string>

#include "apprentice/losses/loss.h"

namespace apprentice::test {

inline Result<std::unique_ptr<losses::Loss>> read_loss(const std::string& name, Config& table) {
  APPRENTICE_TRY(const losses::LossKind* kind, losses::known_loss_kind(name, table.place("name")));
  return losses::make_loss(name, kind->keys.read(table));
}

inline losses::LossKeys read_keys(const std::string& loss, const std::string& text) {
  Config table = *Config::parse(text, "job.toml");
  return losses::find_loss_kind(loss)->keys.read(table);
}

}  // namespace apprentice::test
