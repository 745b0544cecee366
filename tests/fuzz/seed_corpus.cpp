// SPDX-License-Identifier: Apache-2.0
// seed_corpus DIR: one valid input of each fuzz target, as DIR/<target>/seed*, so that fuzzing starts behind the checks
// that random bytes do not pass.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/files.h"
#include "apprentice/families/family.h"
#include "apprentice/layers/layer.h"
#include "apprentice/model/container.h"
#include "apprentice/onnx/write/export.h"
#include "apprentice/quant/quant_net.h"
#include "tests/data/seeds.h"
#include "tests/package/example.h"
#include "tests/support/memory_dataset.h"

namespace apprentice {
namespace {

constexpr const char* kJob =
    "name = \"seed\"\nseed = 7\n[data]\nformat = \"csv\"\npath = \"a.csv\"\nlabel = \"kind\"\ngroup = [\"run\"]\n"
    "where = { load = [1, 2.5], side = \"a\" }\nclasses = [\"x\", \"y\"]\nlabel_map = { z = \"x\" }\n"
    "[data.window]\nlength = 32\nstride = 8\n[split]\nby = \"rules\"\n[[split.rule]]\nwhere = { run = 1 }\n"
    "train = [0.0, 0.6]\ntest = [0.7, 1.0]\n[[split.rule]]\nside = \"validation\"\n"
    "[teach]\nfamily = \"mlp\"\nmembers = 2\n[teach.train]\nepochs = 3\n[student]\nfamily = \"mlp\"\n"
    "[loss]\nname = \"kd\"\nT = 4.0\nhard_weight = 0.1\n[train]\noptimizer = \"sgd\"\nmomentum = 0.9\n"
    "[control]\nseeds = 2\n[quantize]\ncalibration = \"percentile\"\npercentile = 99.0\n"
    "[device]\nname = \"stm32l4r5\"\nflash_bytes = 65536\n[package]\nprefix = \"p\"\n[report]\nnotes = [\"n\"]\n";

constexpr const char* kManifest =
    "{\n  \"format\": 1,\n  \"address\": \"a\",\n  \"teacher\": \"t\",\n  \"teacher_fingerprint\": \"b\",\n"
    "  \"data_fingerprint\": \"c\",\n  \"samples\": 9,\n  \"views\": 2,\n  \"classes\": 3,\n  \"shard_samples\": "
    "4\n}\n";

Result<model::Model> small_model(const std::string& text) {
  APPRENTICE_TRY(Config table, Config::parse(text, "seed"));
  model::Model model;
  APPRENTICE_TRY(model.spec, families::read_net_spec(table, {2, 16}, 3));
  model.spec.class_names = {"x", "y", "z"};
  APPRENTICE_TRY(model.weights, layers::initial_weights(model.spec, 1));
  return model;
}

// A container file as tests/fuzz/container_file.h takes it: header, zero byte, blob.
Result<std::string> parts_of(const std::string& path, const char* magic) {
  APPRENTICE_TRY(const model::Container content, model::read_container(path, magic, "a seed"));
  return content.header.dump() + std::string(1, '\0') + content.blob;
}

using Inputs = std::vector<std::pair<std::string, std::string>>;  // fuzz target, bytes

Status add_models(const std::string& folder, Inputs& inputs) {
  const std::string path = folder + "/seed.tmp";
  for (const char* text : {"family = 'dscnn1d'\nwidth = 4\ndepth = 1\n", "family = 'resnet1d'\nwidth = 4\n"}) {
    APPRENTICE_TRY(const model::Model model, small_model(text));
    APPRENTICE_CHECK(model::save_model(model, path));
    APPRENTICE_TRY(inputs.emplace_back("apnet_fuzz", "").second, parts_of(path, "APNET001"));
    APPRENTICE_TRY(inputs.emplace_back("onnx_fuzz", "").second,
                   onnx::write::export_onnx(model, onnx::write::Normalise::kInside));
    const auto data = make_memory_dataset(TaskKind::kClassification, {2, 16}, 3, 30, 1);
    APPRENTICE_TRY(const quant::QuantNet net, quant::quantize(model, *data, {}));
    APPRENTICE_CHECK(quant::save_quant_net(net, path));
    APPRENTICE_TRY(inputs.emplace_back("apq_fuzz", "").second, parts_of(path, "APQNT001"));
    APPRENTICE_TRY(inputs.emplace_back("onnx_fuzz", "").second, onnx::write::export_onnx_qdq(net));
  }
  std::remove(path.c_str());
  return {};
}

Status write_all(const std::string& folder) {
  APPRENTICE_CHECK(make_folder(folder));
  Inputs inputs = {
      {"config_fuzz", kJob},
      {"target_store_fuzz", kManifest},
      {"package_fuzz", test::example_package().files.at(package::kManifestName)},
      {"text_fuzz", std::string("\xFF\xFE"
                                "a\0,\0b\0\n\0",
                                10)},
      {"text_fuzz", std::string("\x1F\x8B\x08\0\0\0\0\0\0\x03\x4B\xD4\x49\xE2\x02\0", 16)},
      {"text_fuzz", "2024-03-01 12:00:00.5"},
      {"csv_fuzz", "Logger: X7\nSerial 12 34\n\nt;x;state\n[s];[g];\n1,5;1.234,5;a\n2,5;-999;b\n3;#N/A;a\n"},
      {"csv_fuzz", "sep=;\n# a comment\n\"a\";b;\n1;2;\n3;4;\n"}};
  for (const auto& [format, seed] : test::seeds()) {
    // The first byte of a CIFAR input chooses the layout.
    inputs.emplace_back(format + "_fuzz", format == "cifar" ? '\0' + seed.bytes : seed.bytes);
    if (format == "csv") inputs.emplace_back("guess_fuzz", seed.bytes);
  }
  APPRENTICE_CHECK(add_models(folder, inputs));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto& [target, bytes] = inputs[i];
    APPRENTICE_CHECK(make_folder(folder + "/" + target));
    APPRENTICE_CHECK(write_file(fmt::format("{}/{}/seed{}", folder, target, i), bytes));
  }
  return {};
}

}  // namespace
}  // namespace apprentice

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const apprentice::Status status = apprentice::write_all(argv[1]);
  if (!status) std::fprintf(stderr, "%s\n", status.error().text().c_str());
  return status ? 0 : 2;
}
