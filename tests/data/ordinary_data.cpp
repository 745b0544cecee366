// SPDX-License-Identifier: Apache-2.0
#include "tests/data/ordinary_data.h"

#include <cmath>
#include <functional>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"
#include "apprentice/data/formats/npy.h"
#include "apprentice/data/guess/data_text.h"

namespace apprentice::test {
namespace {

void write(const std::string& path, const std::string& text) {
  promise(write_file(path, text).has_value(), "a test writes its file");
}

// A sensor that drifts: neighbouring rows resemble each other.
class Drift {
 public:
  explicit Drift(Rng& rng) : rng_(rng) {}
  double next() { return value_ = 0.95 * value_ + 0.3 * rng_.normal(); }

 private:
  Rng& rng_;
  double value_ = 0.0;
};

std::string clock_text(int64_t seconds) {
  return fmt::format("2024-03-{:02d} {:02d}:{:02d}:{:02d}", 1 + seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60,
                     seconds % 60);
}

// A log of machines: time, machine, batch, sensors, a constant, a remark, the state last.
void machine_log(const std::string& folder) {
  Rng rng(1, "machine_log");
  std::string text = "timestamp,machine_id,batch_no,temp,vibration,supply,remark,state\n";
  for (int machine = 0; machine < 8; ++machine) {
    Drift temp(rng), vibration(rng);
    for (int row = 0; row < 240; ++row) {
      const int state = row / 80;
      text += fmt::format("{},m{},{},{:.3f},{:.3f},24,{},{}\n", clock_text(machine * 600 + row), machine, machine / 2,
                          60 + 5 * state + temp.next(), (1 + state) * vibration.next(),
                          row % 40 == 0 ? fmt::format("note {}", row) : "none yet",
                          state == 0   ? "ok"
                          : state == 1 ? "worn"
                                       : "broken");
    }
  }
  write(folder + "/log.csv", text);
}

// Rows without order: an identifier, a text, flags that give the answer away.
void failures(const std::string& folder) {
  Rng rng(2, "failures");
  std::string text = "UDI,Product ID,Type,Torque [Nm],Speed [rpm],Wear [min],Machine_failure,TWF,HDF,RNF\n";
  for (int row = 0; row < 600; ++row) {
    const bool worn = rng.uniform() < 0.1, hot = rng.uniform() < 0.08, other = rng.uniform() < 0.02;
    text += fmt::format("{},M{},{},{:.1f},{:.0f},{:.0f},{},{},{},{}\n", row + 1, 14000 + row, "LMH"[rng.below(3)],
                        40 + 8 * rng.normal() + (hot ? 15 : 0), 1500 + 100 * rng.normal(),
                        100 + 40 * rng.normal() + (worn ? 90 : 0), worn || hot ? 1 : 0, worn ? 1 : 0, hot ? 1 : 0,
                        other ? 1 : 0);
  }
  write(folder + "/failures.csv", "\xEF\xBB\xBF" + text);
}

// One recording, classes one after the other, no time.
void four_states(const std::string& folder) {
  Rng rng(3, "four_states");
  std::string text = "ax,ay,az,class\n";
  for (int row = 0; row < 6000; ++row) {
    const int state = row / 1500;
    const double phase = row * 0.2 * (state + 1);
    text += fmt::format("{:.4f},{:.4f},{:.4f},{}\n", std::sin(phase) + 0.3 * rng.normal(),
                        std::cos(phase) + 0.3 * rng.normal(), 0.3 * rng.normal() + 0.5 * std::sin(2 * phase), state);
  }
  write(folder + "/states.csv", text);
}

// Labels that are yes or no and come first, seconds since 1970, a flag among the inputs.
void boolean_first(const std::string& folder) {
  Rng rng(4, "boolean_first");
  std::string text = "faulty,ts,current,voltage,door_open\n";
  Drift current(rng), voltage(rng);
  bool faulty = false;
  for (int row = 0; row < 3000; ++row) {
    if (row % 150 == 0) faulty = rng.uniform() < 0.5;
    text += fmt::format("{},{},{:.3f},{:.3f},{}\n", faulty ? "True" : "False", int64_t{1700000000000} + row * 100,
                        current.next() + (faulty ? 2 : 0), voltage.next(), rng.uniform() < 0.5 ? "yes" : "no");
  }
  write(folder + "/line.csv", text);
}

// No header, labels of a few whole numbers last.
void headerless(const std::string& folder) {
  Rng rng(5, "headerless");
  std::string text;
  for (int row = 0; row < 300; ++row) {
    const auto label = static_cast<int>(rng.below(3));
    text += fmt::format("{:.3f},{:.3f},{:.3f},{}\n", rng.normal() + label, rng.normal(), rng.normal() - label, label);
  }
  write(folder + "/numbers.csv", text);
}

// Sensors over years, the value to predict last.
void soft_sensor(const std::string& folder) {
  Rng rng(6, "soft_sensor");
  std::string text = "year,inlet,outlet,load,NOX\n";
  Drift inlet(rng), outlet(rng), load(rng);
  for (int row = 0; row < 2000; ++row) {
    const double a = inlet.next(), b = outlet.next(), c = load.next();
    text += fmt::format("{},{:.3f},{:.3f},{:.3f},{:.3f}\n", 2011 + row / 400, a, b, c,
                        80 + 3 * a - 2 * b + c * c + 0.2 * rng.normal());
  }
  write(folder + "/turbine.csv", text);
}

// Engines that run to their end, as blank-separated numbers.
void run_to_failure(const std::string& folder) {
  Rng rng(7, "run_to_failure");
  std::string text;
  for (int unit = 1; unit <= 20; ++unit) {
    const auto life = static_cast<int>(60 + rng.below(80));
    for (int cycle = 1; cycle <= life; ++cycle) {
      const double wear = static_cast<double>(cycle) / life;
      text += fmt::format("{} {} {:.3f} {:.3f} 100.0 {:.3f} \n", unit, cycle, wear * wear + 0.05 * rng.normal(),
                          1 - wear + 0.1 * rng.normal(), rng.normal());
    }
  }
  write(folder + "/engines.txt", text);
}

// A file per run, with semicolons, a time and two answers.
void folder_of_runs(const std::string& folder) {
  Rng rng(8, "folder_of_runs");
  promise(make_folder(folder + "/runs").has_value(), "a test makes its folder");
  for (int run = 0; run < 6; ++run) {
    std::string text = "datetime;Current;Pressure;Flow Rate;anomaly;changepoint\n";
    Drift current(rng), pressure(rng), flow(rng);
    for (int row = 0; row < 600; ++row) {
      const bool bad = row >= 250 && row < 450;
      text += fmt::format("{};{:.4f};{:.4f};{:.4f};{}.0;{}.0\n", clock_text(run * 1000 + row),
                          current.next() + (bad ? 1.5 : 0.0), pressure.next(), flow.next(), bad ? 1 : 0,
                          row == 250 || row == 450 ? 1 : 0);
    }
    write(fmt::format("{}/runs/{}.csv", folder, run), text);
  }
  write(folder + "/runs/README.md", "Not a table.\n");
}

// A folder per class of tables without an answer.
void folder_per_class(const std::string& folder) {
  Rng rng(9, "folder_per_class");
  for (const char* gesture : {"circle", "swipe", "tap"}) {
    promise(make_folder(folder + "/gestures/" + gesture).has_value(), "a test makes its folder");
    for (int take = 0; take < 6; ++take) {
      std::string text = "t,gx,gy\n";
      for (int row = 0; row < 200; ++row)
        text += fmt::format("{:.2f},{:.3f},{:.3f}\n", row * 0.01,
                            std::sin(row * 0.05 * gesture[0]) + 0.1 * rng.normal(), 0.3 * rng.normal());
      write(fmt::format("{}/gestures/{}/take{}.csv", folder, gesture, take), text);
    }
  }
}

std::string wave_file(const std::vector<int16_t>& values) {
  const auto number = [](uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  const auto size = static_cast<uint32_t>(2 * values.size());
  std::string bytes = "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) + number(1, 2) +
                      number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2) + "data" + number(size, 4);
  for (const int16_t value : values) bytes += number(static_cast<uint16_t>(value), 2);
  return bytes;
}

// A folder per class of sounds that are not equally long.
void sounds(const std::string& folder) {
  Rng rng(10, "sounds");
  for (const char* name : {"idle", "knock", "rub"}) {
    promise(make_folder(folder + "/sounds/" + name).has_value(), "a test makes its folder");
    for (int take = 0; take < 6; ++take) {
      std::vector<int16_t> values;
      for (size_t i = 0; i < 2000 + rng.below(500); ++i)
        values.push_back(
            static_cast<int16_t>(3000 * std::sin(static_cast<double>(i) * 0.001 * name[0]) + 200 * rng.normal()));
      write(fmt::format("{}/sounds/{}/r{}.wav", folder, name, take), wave_file(values));
    }
  }
}

// An index beside a folder of recordings.
void indexed_sounds(const std::string& folder) {
  Rng rng(11, "indexed_sounds");
  promise(make_folder(folder + "/clips").has_value(), "a test makes its folder");
  std::string index = "clip,label,peak\n";
  for (int take = 0; take < 18; ++take) {
    std::vector<int16_t> values;
    for (int i = 0; i < 400; ++i)
      values.push_back(static_cast<int16_t>(3000 * std::sin(i * 0.1 * (take % 3 + 1)) + 200 * rng.normal()));
    write(fmt::format("{}/clips/c{}.wav", folder, take), wave_file(values));
    index += fmt::format("c{}.wav,{},{}\n", take, take % 3, 3000 + take);
  }
  write(folder + "/index.csv", index);
  write(folder + "/classes.txt", "low\nmiddle\nhigh\n");
}

void write_array(const std::string& path, DType type, const Shape& shape, const std::function<double(int64_t)>& value) {
  Tensor tensor(type, shape);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    if (type == DType::kU8)
      tensor.data<uint8_t>()[i] = static_cast<uint8_t>(value(i));
    else
      tensor.data<float>()[i] = static_cast<float>(value(i));
  }
  promise(data::write_npy(path, tensor).has_value(), "a test writes its array");
}

// Bytes [n, height, width].
void pictures(const std::string& folder) {
  Rng rng(12, "pictures");
  write_array(folder + "/x_train.npy", DType::kU8, {60, 16, 16}, [&](int64_t i) {
    return static_cast<double>((i % 16 * (i / 256 % 3 + 1) * 13 + static_cast<int64_t>(rng.below(9))) % 256);
  });
  write_array(folder + "/y_train.npy", DType::kF32, {60}, [](int64_t i) { return static_cast<double>(i % 3); });
}

// Rows of a process, several runs.
void process_rows(const std::string& folder) {
  Rng rng(13, "process_rows");
  std::vector<Drift> drifts(4, Drift(rng));
  write_array(folder + "/X.npy", DType::kF32, {1600, 4},
              [&](int64_t i) { return drifts[static_cast<size_t>(i % 4)].next() + (i / 4 % 200 >= 100 ? 1.0 : 0.0); });
  write_array(folder + "/y.npy", DType::kF32, {1600}, [](int64_t i) { return i % 200 >= 100 ? 1.0 : 0.0; });
  write_array(folder + "/groups.npy", DType::kF32, {1600}, [](int64_t i) { return static_cast<double>(i / 200); });
}

// A file per channel, each line one cycle, and the conditions of the cycles.
void channel_files(const std::string& folder) {
  Rng rng(14, "channel_files");
  promise(make_folder(folder + "/rig").has_value(), "a test makes its folder");
  std::string channels[2], profile, block;
  for (int cycle = 0; cycle < 120; ++cycle) {
    const int state = cycle / 5 % 3;
    for (std::string& channel : channels) {
      for (int i = 0; i < 20; ++i) channel += fmt::format("{}{:.3f}", i > 0 ? "\t" : "", 40 + state + rng.normal());
      channel += "\n";
    }
    profile += fmt::format("{}\t{}\n", state == 0 ? 3 : state == 1 ? 20 : 100, cycle % 2);
    block += fmt::format("{}\n", cycle / 5);
  }
  write(folder + "/rig/TS1.txt", channels[0]);
  write(folder + "/rig/TS2.txt", channels[1]);
  write(folder + "/rig/profile.txt", profile);
  write(folder + "/rig/block_id.txt", block);
}

// Whatever else goes wrong: holes, an empty column, labels that differ in case or are missing, a text among numbers.
void untidy(const std::string& folder) {
  Rng rng(15, "untidy");
  std::string text = ",a,b,c,d,machine,status,\n";
  for (int row = 0; row < 400; ++row) {
    const bool bad = rng.uniform() < 0.4;
    const char* status = row % 97 == 0 ? "N/A" : bad ? (row % 50 == 1 ? "BAD" : "bad") : "good";
    text += fmt::format("{},{:.3f},{},{},{:.3f},p{},{},\n", row, rng.normal() + (bad ? 1 : 0),
                        row % 60 == 3 ? "" : fmt::format("{:.3f}", rng.normal()), row == 7 ? "err" : "1.5",
                        rng.normal(), rng.below(9), status);
  }
  write(folder + "/untidy.csv", text);
}

}  // namespace

const std::vector<OrdinaryData>& ordinary_data() {
  static const std::vector<OrdinaryData> kData = {
      {"boolean_first", boolean_first, {"line.csv"}, {}},
      {"channel_files", channel_files, {"rig"}, {}},
      {"failures", failures, {"failures.csv"}, {}},
      {"folder_of_runs", folder_of_runs, {"runs"}, {}},
      {"folder_per_class", folder_per_class, {"gestures"}, {}},
      {"four_states", four_states, {"states.csv"}, {}},
      {"headerless", headerless, {"numbers.csv"}, {}},
      {"indexed_sounds", indexed_sounds, {"index.csv"}, {}},
      {"machine_log", machine_log, {"log.csv"}, {}},
      {"pictures", pictures, {"x_train.npy"}, {}},
      {"process_rows", process_rows, {"X.npy"}, {}},
      {"run_to_failure", run_to_failure, {"engines.txt"}, {}},
      {"soft_sensor", soft_sensor, {"turbine.csv"}, {}},
      {"sounds", sounds, {"sounds"}, {}},
      {"untidy", untidy, {"untidy.csv"}, {}},
  };
  return kData;
}

}  // namespace apprentice::test
