// SPDX-License-Identifier: Apache-2.0
// An int8 student (.apq): the bytes as they are, and as header and weights of a file whose checksum is right. What is
// loaded and small is run: the loader promises that this cannot leave any buffer.
#include <vector>

#include "apprentice/layers/layer.h"
#include "apprentice/quant/quant_net.h"
#include "tests/fuzz/container_file.h"
#include "tests/fuzz/parse.h"

namespace {

int64_t bytes_of(const apprentice::quant::QuantNet& net) {
  int64_t bytes = 0;
  for (const apprentice::layers::QuantTensor& tensor : net.tensors) bytes += tensor.size();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = as_text(data, size);
  static_cast<void>(apprentice::quant::load_quant_net(MemoryFile(text).path()));
  const MemoryFile file(container_of("APQNT001", text));
  const auto net = apprentice::quant::load_quant_net(file.path());
  if (!net) return 0;
  static_cast<void>(apprentice::quant::fingerprint(*net));
  const auto cost = apprentice::layers::net_cost(net->spec);
  if (!cost || cost->macs > kSmallMacs || bytes_of(*net) > kSmallMacs) return 0;
  const std::vector<int8_t> sample(static_cast<size_t>(net->tensors[0].size()), 1);
  static_cast<void>(net->dequantize_output(net->run(sample.data()).data()));
  return 0;
}
