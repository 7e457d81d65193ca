// Runs a fuzz target without libFuzzer: over files, and over random changes of them.
//
// usage: replay CHANGES FILE...
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

std::string changed(std::string input, std::mt19937_64& random) {
    for (auto changes = random() % 8; changes > 0; --changes) {
        const size_t place = input.empty() ? 0 : random() % input.size();
        switch (random() % 4) {
            case 0:
                input.insert(place, 1, static_cast<char>(random()));
                break;
            case 1:
                input.erase(place, random() % 8);
                break;
            case 2:
                input.insert(place, input.substr(place, random() % 64));
                break;
            default:
                if (!input.empty()) {
                    input[place] = static_cast<char>(random());
                }
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> inputs = {""};
    for (int i = 2; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    for (const std::string& input : inputs) {
        run(input);
    }
    std::mt19937_64 random(1);
    for (int changes = std::atoi(argv[1]); changes > 0; --changes) {
        run(changed(inputs[random() % inputs.size()], random));
    }
}
