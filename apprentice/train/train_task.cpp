// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/distiller.h"
#include "apprentice/train/schedule.h"

namespace apprentice::train {

nlohmann::ordered_json describe(const TrainTask& task) {
  const TrainOptions& o = task.options;
  const Schedule schedule = make_schedule(o, task.train->size());
  nlohmann::ordered_json loss = nlohmann::ordered_json::object();
  if (task.loss_keys) loss["name"] = task.loss;
  loss.update(to_json(task.loss_keys ? *task.loss_keys : losses::find_loss_kind(task.loss)->keys));
  nlohmann::ordered_json json = {{"network", model::fingerprint(task.spec)},
                                 {"train", task.train->info().fingerprint},
                                 {"validation", task.validation->info().fingerprint},
                                 {"loss", task.loss},
                                 {"loss_options", loss},
                                 {"metric", metrics::to_string(task.metric)},
                                 {"steps", schedule.steps},
                                 {"validate_every", schedule.validate_every},
                                 {"patience", schedule.patience},
                                 {"warmup", schedule.warmup},
                                 {"batch_size", o.batch_size},
                                 {"optimizer", o.optimizer},
                                 {"learning_rate", o.learning_rate},
                                 {"weight_decay", o.weight_decay},
                                 {"momentum", o.momentum},
                                 {"weight_average", o.weight_average},
                                 {"seed", o.seed},
                                 {"threads", o.threads}};
  if (task.views != nullptr) json["views"] = {task.views->identity(), task.views->count()};
  return json;
}

}  // namespace apprentice::train
