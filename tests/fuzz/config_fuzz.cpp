// SPDX-License-Identifier: Apache-2.0
// A job file: its TOML, then everything the [data] and [split] tables read from it before files are opened.
#include "apprentice/data/data_keys.h"
#include "apprentice/data/split.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto job = apprentice::Config::parse(std::string(as_text(data, size)), "job.toml");
  if (!job) return 0;
  apprentice::Config &data_table = job->table("data"), &split_table = job->table("split");
  const apprentice::data::DataKeys keys = apprentice::data::read_data_keys(data_table, "");
  static_cast<void>(apprentice::data::read_split_keys(split_table, keys.files_per_side));
  static_cast<void>(job->finish());
  static_cast<void>(job->resolved().dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}
