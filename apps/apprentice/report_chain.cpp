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
Status show_report(const pipeline::Hall& hall, Form form, Console& console) {
  const pipeline::RunDirectory& directory = hall.root().directory;
  std::string json, text, page = directory.file(hall.shared ? pipeline::kHallPage : pipeline::kReportPage);
  if (hall.shared) {
    APPRENTICE_TRY(const report::HallReport report, pipeline::read_hall(hall.shared->inputs.job, directory.path()));
    json = report::hall_json_text(report), text = report::render_hall_text(report);
  } else {
    APPRENTICE_TRY(const report::ReportData report, report::read_report(directory.file(pipeline::kReportJson)));
    json = report::report_json_text(report), text = report::render_text(report);
  }
  console.result(form == Form::kJson ? json : text + "\n" + page + "\n");
  return {};
}

// The report.json of a run against what is required of it.
Status judge(const std::vector<report::Requirement>& requirements, const pipeline::Hall& hall, const pipeline::Run& run,
             Session& session) {
  if (requirements.empty()) return {};
  APPRENTICE_TRY(const nlohmann::ordered_json report,
                 read_json(run.directory.file(pipeline::kReportJson), kLargestReport));
  APPRENTICE_TRY(const std::vector<std::string> unmet, report::unmet_requirements(requirements, report));
  for (const std::string& sentence : unmet) {
    session.console.note("apprentice: not met: " + lead_of(hall, run) + sentence);
  }
  session.gate = session.gate == Gate::kFailed || !unmet.empty() ? Gate::kFailed : Gate::kPassed;
  return {};
}

Status run_chain(const Target& target, const Wanted& wanted, Session& session) {
  std::vector<report::Requirement> requirements;
  if (!wanted.require.empty()) {
    APPRENTICE_TRY(requirements, report::parse_requirements(wanted.require));
  }
  APPRENTICE_TRY(const pipeline::Job job, load_job(target));
  APPRENTICE_TRY(const pipeline::Hall hall, run_until(job, target, "report", session));
  APPRENTICE_CHECK(show_report(hall, wanted.form, session.console));
  for (const pipeline::Run& device : hall.devices) APPRENTICE_CHECK(judge(requirements, hall, device, session));
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
