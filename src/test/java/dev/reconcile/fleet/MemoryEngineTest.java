// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** The engine of the model behaves as a real one. */
final class MemoryEngineTest extends EngineContract {
  @Override
  Engine engine() {
    return new MemoryEngine();
  }
}
