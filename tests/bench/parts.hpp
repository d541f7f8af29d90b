// The things measured. Each prints its table, and how it stands with what is claimed of us.
#pragma once

#include "contenders.hpp"
#include "options.hpp"

namespace bench {

void measure_echo(field& on, const options& wanted);
void measure_bulk(field& on, const options& wanted);
void measure_start(field& on, const options& wanted);
void measure_flight(field& on, const options& wanted);
void measure_attach(field& on, const options& wanted);
void measure_list(field& on, const options& wanted);
void measure_masters(field& on, const options& wanted);
void measure_pooled(field& on, const options& wanted);
void measure_memory(field& on, const options& wanted);

}  // namespace bench
