// SPDX-License-Identifier: Apache-2.0
#include "new_job.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "apprentice/data/guess/data_text.h"
#include "apprentice/data/load.h"
#include "apprentice/teacher/guess.h"
#include "new_devices.h"
#include "new_networks.h"
#include "new_teacher.h"

namespace apprentice::cli {
namespace {

// The last part of the path that is a name: neither a pattern nor "..".
std::string job_name(const std::string& data) {
  std::filesystem::path path(data);
  const auto is_name = [](const std::string& part) {
    return part.find_first_of("*?[") == std::string::npos && part.find_first_not_of("._-") != std::string::npos;
  };
  while (path.has_relative_path() && !is_name(path.stem().string())) path = path.parent_path();
  std::string name = path.stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name.empty() ? "student" : name.substr(0, 40);
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string line_of(const std::string& text, int64_t number) {
  size_t from = 0;
  for (int64_t line = 1; line < number && from != std::string::npos; ++line) {
    from = text.find('\n', from);
    from = from == std::string::npos ? from : from + 1;
  }
  if (from == std::string::npos) return "";
  const size_t end = text.find_first_of("#\n", from);
  std::string line = text.substr(from, end == std::string::npos ? end : end - from);
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// Whether the data loads as the job says it; an error shows the line that it speaks of.
Status try_data(const std::string& text, const std::string& name, const std::string& folder) {
  APPRENTICE_TRY(Config config, Config::parse(text, name));
  const auto job = data::read_data_job(config, folder);
  const auto splits = job ? data::load_splits(*job) : pass_on(job);
  if (splits) return {};
  Error error = splits.error();
  const std::string place = name + ":";
  if (error.place.compare(0, place.size(), place) == 0) {
    const std::string line = line_of(text, std::strtoll(error.place.c_str() + place.size(), nullptr, 10));
    if (!line.empty()) error.message += fmt::format(" (this line says: {})", line);
  }
  error.message +=
      "; the job is written all the same: mend it there, or give apprentice new --label, --target, --group, "
      "--time, --ignore, --window or --split";
  return tl::unexpected<Error>(std::move(error));
}

// What a short look at the data chooses; the fixed defaults where the data does not load yet.
Result<pipeline::Look> look_at(const NewJob& request, const data::GuessedData& data, const RunControl& control) {
  if (!request.look || !data.splits) return pipeline::unlooked(data.info);
  APPRENTICE_TRY(Config config, Config::parse(data.text, "new job"));
  pipeline::LookOptions options;
  options.teach = request.teacher.empty();
  options.leave_out = options.teach && takes_ignore(config.table("data"));  // a teacher needs its channels
  options.views = options.teach || teacher::guess_source(request.teacher) != "recorded";
  return pipeline::look(*data.splits, options, control);
}

}  // namespace

Result<WrittenJob> new_job(const NewJob& request, const RunControl& control) {
  APPRENTICE_TRY(const std::vector<NewDevice> devices, read_devices(request.devices));
  APPRENTICE_TRY(const NewTeacher teacher, read_teacher(request.teacher));
  const std::string folder = folder_of(request.output);
  APPRENTICE_TRY(const data::GuessedData data,
                 data::guess_data(request.data, request.wishes, hints_of(teacher), folder));
  WrittenJob job;
  job.text =
      "# A job for apprentice. Relative paths start at this file's folder. Every key and its default:\n"
      "# apprentice explain; does it hold: apprentice check; do it: apprentice distill.\n";
  APPRENTICE_TRY(const pipeline::Look found, look_at(request, data, control));
  job.text += fmt::format("name = \"{}\"\nseed = 1\n\n", job_name(request.data.front()));
  job.text += data_text_without(data.text, found);
  APPRENTICE_TRY(const std::string taught_by, teacher_text(teacher, data, folder));
  job.text += taught_by;
  job.text += networks_text(found, data.info, request.teacher.empty() ? TeacherIs::kTaught : TeacherIs::kGiven);
  job.text += devices_text(devices, data.info);
  if (!data.splits) job.status = try_data(job.text, request.output.empty() ? "job.toml" : request.output, folder);
  return job;
}

}  // namespace apprentice::cli
