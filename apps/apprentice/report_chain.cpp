// SPDX-License-Identifier: Apache-2.0
#include "report_chain.h"

#include "apprentice/base/json_reader.h"
#include "apprentice/report/requirements.h"
#include "target.h"

namespace apprentice::cli {
namespace {

constexpr int64_t kLargestReport = int64_t{256} << 20;

struct Wanted {
  Form form = Form::kText;
  std::string require;
};

// The table and where its page lies, or the JSON.
Status show_report(const Hall& hall, Form form, Console& console) {
  const RunDirectory& directory = hall.root().directory;
  std::string json, text, page = directory.file(hall.shared ? kHallPage : kReportPage);
  if (hall.shared) {
    APPRENTICE_TRY(const HallReport report, read_hall(hall.shared->inputs.job, directory.path()));
    json = hall_json_text(report), text = render_hall_text(report);
  } else {
    APPRENTICE_TRY(const ReportData report, read_report(directory.file(kReportJson)));
    json = report_json_text(report), text = render_text(report);
  }
  console.result(form == Form::kJson ? json : text + "\n" + page + "\n");
  return {};
}

// The report.json of a run against what is required of it.
Status judge(const std::vector<Requirement>& requirements, const Hall& hall, const Run& run, Session& session) {
  if (requirements.empty()) return {};
  APPRENTICE_TRY(const nlohmann::ordered_json report, read_json(run.directory.file(kReportJson), kLargestReport));
  APPRENTICE_TRY(const std::vector<std::string> unmet, unmet_requirements(requirements, report));
  for (const std::string& sentence : unmet) {
    session.console.note("apprentice: not met: " + lead_of(hall, run) + sentence);
  }
  session.gate = session.gate == Gate::kFailed || !unmet.empty() ? Gate::kFailed : Gate::kPassed;
  return {};
}

Status run_chain(const Target& target, const Wanted& wanted, Session& session) {
  std::vector<Requirement> requirements;
  if (!wanted.require.empty()) {
    APPRENTICE_TRY(requirements, parse_requirements(wanted.require));
  }
  APPRENTICE_TRY(const Job job, load_job(target));
  APPRENTICE_TRY(const Hall hall, run_until(job, target, "report", session));
  APPRENTICE_CHECK(show_report(hall, wanted.form, session.console));
  for (const Run& device : hall.devices) APPRENTICE_CHECK(judge(requirements, hall, device, session));
  return {};
}

}  // namespace

Action declare_report_chain(Options options, const std::string& description) {
  const auto target = add_target(options);
  const auto wanted = std::make_shared<Wanted>();
  options.text("--require", wanted->require,
               "what the report must hold, else exit code 3: \"accuracy>=0.9,gain>=0\" (docs/formats/report_json.md)");
  options.json(wanted->form);
  options.about(description);
  return [target, wanted](Session& session) { return run_chain(*target, *wanted, session); };
}

}  // namespace apprentice::cli
