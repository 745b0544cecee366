// SPDX-License-Identifier: Apache-2.0
#include "apprentice/base/files.h"
#include "new_job.h"
#include "verb.h"

namespace apprentice::cli {
namespace {

struct NewRequest {
  NewJob job;
  std::string task;
  int64_t window = -1;
  bool no_look = false;
};

Status write_new_job(const NewRequest& request, Session& session) {
  NewJob job = request.job;
  if (!request.task.empty()) {
    job.wishes.task = request.task == "regression" ? TaskKind::kRegression : TaskKind::kClassification;
  }
  if (request.window >= 0) job.wishes.window = request.window;
  job.look = !request.no_look;
  if (!job.output.empty() && file_exists(job.output)) {
    return bad_input(job.output, "is there already; give --output another name, or remove it");
  }
  APPRENTICE_TRY(const WrittenJob written, new_job(job, session.control));
  if (job.output.empty()) {
    session.console.result(written.text);
  } else {
    APPRENTICE_CHECK(write_file(job.output, written.text));
    session.console.result(job.output + "\n");
  }
  return written.status;
}

}  // namespace

Action declare_new(Options options) {
  const auto request = std::make_shared<NewRequest>();
  NewJob& job = request->job;
  data::GuessWishes& wishes = job.wishes;
  options.texts("--data", job.data, "files, patterns such as 'runs/*.csv', or folders");
  options.text("--teacher", job.teacher, "a model or recorded answers; without it the job teaches one");
  options.texts("--device", job.devices, "see apprentice list devices; several make a hall; default: stm32l4r5",
                Need::kOptional);
  options.text("--label", wishes.label, "the column of the class, or a file with one for each row; an array in a .npz");
  options.text("--target", wishes.target, "the column of the value to predict, or a file with one for each row");
  options.texts("--group", wishes.group, "what must stay on one side of the split: machine, run, person",
                Need::kOptional);
  options.text("--time", wishes.time, "the column of the time");
  options.texts("--ignore", wishes.ignore, "columns that are no inputs", Need::kOptional);
  options.choice("--task", request->task, {"classification", "regression"}, "default: what the answers look like");
  options.number("--window", request->window, -1, int64_t{1} << 32, "rows of a sample; 0 = single rows, -1 = a guess");
  options.choice("--split", wishes.split, {"group", "time", "rows"}, "default: group, else time, else rows");
  options.flag("--no-look", request->no_look, "do not try networks and views on the data; take fixed defaults");
  options.text("--output", job.output, "the job's file; default: stdout, for a file in this folder");
  options.about(
      "Looks into the data and the teacher and writes a commented job. What it cannot know it guesses, and says so in\n"
      "a comment with the reason and the alternative; apprentice check tells whether the guesses hold. Formats: .csv,\n"
      ".npy, .npz, .wav (a folder per class), .bin (CIFAR), or an index of recordings.\n"
      "Example: apprentice new --teacher teacher.onnx --data recordings.csv --device stm32l4r5 > job.toml");
  return [request](Session& session) { return write_new_job(*request, session); };
}

}  // namespace apprentice::cli
