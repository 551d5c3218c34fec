#!/usr/bin/env bash
# Loads the demo catalogue, pictures, people and past orders into the running shop again.
set -euo pipefail
cd "$(dirname "$0")/.."
exec node scripts/run.mjs seed
