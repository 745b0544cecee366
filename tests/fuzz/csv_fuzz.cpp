// SPDX-License-Identifier: Apache-2.0
// CSV as a table of roles, as a transposed table, and as `apprentice new` looks at it.
#include "apprentice/data/formats/column_probe.h"
#include "apprentice/data/formats/csv_source.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = as_text(data, size);
  apprentice::data::CsvRoles roles;
  static_cast<void>(apprentice::data::parse_csv_source(text, "f", roles));
  roles.missing = apprentice::data::CsvRoles::Missing::kDrop;
  roles.transposed = true;
  static_cast<void>(apprentice::data::parse_csv_source(text, "f", roles));
  roles = {};
  roles.csv.decimal = ',';
  roles.csv.thousands = '.';
  roles.csv.missing_values = {"-999"};
  roles.csv.skip_lines = 1;
  roles.csv.header = apprentice::data::CsvOptions::Header::kYes;
  static_cast<void>(apprentice::data::parse_csv_source(text, "f", roles));
  static_cast<void>(apprentice::data::probe_table(text, "f"));
  return 0;
}
