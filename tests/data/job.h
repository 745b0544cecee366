// SPDX-License-Identifier: Apache-2.0
// Loads the data of a job written as text, as a whole program would.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "apprentice/data/load.h"
#include "tests/support/real_data.h"

namespace apprentice::test {

inline Result<data::Splits> load_job(const std::string& text, const std::string& folder) {
  auto job = Config::parse(text, "job.toml");
  if (!job) return tl::unexpected<Error>(job.error());
  APPRENTICE_TRY(const data::DataJob data, data::read_data_job(*job, folder));
  return data::load_splits(data);
}

// The one sentence that a bad job ends in; "loaded" when it is not bad. The folder's path reads as DIR.
inline std::string refusal(const std::string& text, const std::string& folder) {
  const auto splits = load_job(text, folder);
  if (splits) return "loaded: " + splits->description;
  std::string message = splits.error().text();
  for (size_t at; !folder.empty() && (at = message.find(folder)) != std::string::npos;) {
    message.replace(at, folder.size(), "DIR");
  }
  return message;
}

}  // namespace apprentice::test
