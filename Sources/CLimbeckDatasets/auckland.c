#include "CLimbeckDatasets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char limbeck_auckland_csv_gz[] = {
#embed "auckland_2024_2025.csv.gz"
};
const size_t limbeck_auckland_csv_gz_count = sizeof limbeck_auckland_csv_gz;
