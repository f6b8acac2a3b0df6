// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** An engine that is only read: an exchange is answered as if it had been made, and is not. */
public final class ReadOnlyEngine implements Engine {
  private final Engine engine;

  /**
   * @param engine answers what is read
   */
  public ReadOnlyEngine(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reading read(String host) throws EngineException {
    return engine.read(host);
  }

  @Override
  public Answer exchange(Reading seen, Exchange change) {
    return new Answer(true, seen.after(change, seen.revision()));
  }

  @Override
  public long revision() throws EngineException {
    return engine.revision();
  }

  @Override
  public Rows rows() throws EngineException {
    return engine.rows();
  }
}
