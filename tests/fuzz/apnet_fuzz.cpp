// SPDX-License-Identifier: Apache-2.0
// A float student (.apnet): the bytes as they are, and as header and weights of a file whose checksum is right. What is
// loaded and small is run.
#include <vector>

#include "apprentice/layers/layer.h"
#include "apprentice/model/net_spec.h"
#include "tests/fuzz/container_file.h"
#include "tests/fuzz/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = as_text(data, size);
  static_cast<void>(apprentice::model::load_model(MemoryFile(text).path()));
  const MemoryFile file(container_of("APNET001", text));
  const auto model = apprentice::model::load_model(file.path());
  if (!model) return 0;
  const auto cost = apprentice::layers::net_cost(model->spec);
  if (!cost || cost->macs > kSmallMacs) return 0;
  const std::vector<float> sample(static_cast<size_t>(apprentice::element_count(model->spec.input_shape)), 0.5F);
  static_cast<void>(apprentice::layers::run_float_reference(*model, sample.data()));
  return 0;
}
