// SPDX-License-Identifier: Apache-2.0
// report, the hall's part: its devices side by side, from their finished reports.
#include "apprentice/base/files.h"
#include "apprentice/pipeline/hall.h"

namespace apprentice::pipeline {
namespace {

constexpr const char* kHallJson = "report/hall.json";

Result<nlohmann::ordered_json> hall_report_inputs(const Run& run) {
  nlohmann::ordered_json seen;
  for (const std::string& id : run.inputs.job.device_ids) {
    APPRENTICE_TRY(seen[id], hash_file(run.directory.file(device_folder(id) + "/" + kReportJson)));
  }
  return seen;
}

Result<std::vector<std::string>> write_report(Run& run) {
  APPRENTICE_TRY(const report::HallReport report, read_hall(run.inputs.job, run.directory.path()));
  APPRENTICE_CHECK(make_folder(run.directory.file("report")));
  APPRENTICE_CHECK(write_file(run.directory.file(kHallJson), report::hall_json_text(report)));
  APPRENTICE_CHECK(write_file(run.directory.file(kHallPage), report::render_hall_html(report)));
  return std::vector<std::string>{kHallJson, kHallPage};
}

}  // namespace

Result<Units> hall_report_units(Run& run) { return one_unit(run, "report", hall_report_inputs, write_report); }

}  // namespace apprentice::pipeline
