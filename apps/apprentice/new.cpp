// SPDX-License-Identifier: Apache-2.0
#include "new_job.h"
#include "verb.h"

namespace apprentice::cli {

Action declare_new(Options options) {
  const auto request = std::make_shared<NewJob>();
  options.text("--data", request->data, "the data: .csv, .npy, .npz, .bin, or an index of recordings", Need::kRequired);
  options.text("--teacher", request->teacher, "a model or recorded answers; without it the job teaches one");
  options.texts("--device", request->devices, "see apprentice list devices; several make a hall; default: stm32l4r5",
                Need::kOptional);
  options.about(
      "Looks into the data and the teacher and prints a commented job. What it cannot know it guesses, and says so in "
      "a\n"
      "comment; apprentice check tells whether the guesses hold.\n"
      "Example: apprentice new --teacher teacher.onnx --data recordings.csv --device stm32l4r5 > job.toml");
  return [request](Session& session) -> Status {
    APPRENTICE_TRY(const std::string text, new_job_text(*request));
    session.console.result(text);
    return {};
  };
}

}  // namespace apprentice::cli
