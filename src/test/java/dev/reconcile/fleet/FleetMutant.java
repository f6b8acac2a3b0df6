// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.Word.Outcome;
import java.util.SortedMap;

/** A group in which one rule is wrong; the model must notice each of them. */
enum FleetMutant implements FleetModel.Setup {
  TWO_RELEASE_STEPS_AT_ONCE {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean isStepFree(SortedMap<String, Holder> others) {
          return true;
        }
      };
    }
  },

  ONE_SLOT_MORE {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        int slots(Gate gate) {
          return super.slots(gate) + 1;
        }
      };
    }
  },

  NO_RAMP {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean isRampOpen(Gate gate, long atIt) {
          return true;
        }
      };
    }
  },

  NO_COMPARE {
    @Override
    public MemoryEngine engine() {
      return new MemoryEngine() {
        @Override
        boolean isAllowed(boolean unchanged) {
          return true;
        }
      };
    }
  },

  HALT_IGNORED {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean isHeld(Gate gate) {
          return false;
        }
      };
    }
  },

  FAILURE_OF_A_CANARY_IGNORED {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean isCanarysFailure(Gate gate, String host) {
          return false;
        }
      };
    }
  },

  PROMOTION_WITHOUT_PROOF {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean isProved(Gate gate, String canary) {
          return true;
        }
      };
    }
  },

  SLOT_FREED_BY_SILENCE {
    private static final long LONG_AGO = 100;

    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        SortedMap<String, Holder> others(Gate gate, String host) {
          SortedMap<String, Holder> others = super.others(gate, host);
          others.keySet().removeIf(other -> model.tick - model.spoke(other) > LONG_AGO);
          return others;
        }
      };
    }
  },

  UNWELL_FREES_ITS_SLOT {
    @Override
    public FleetRules rules(FleetModel model) {
      return new FleetRules() {
        @Override
        boolean keepsSlot(Outcome outcome) {
          return false;
        }
      };
    }
  };

  @Override
  public FleetRules rules(FleetModel model) {
    return FleetRules.CONTRACT;
  }

  @Override
  public MemoryEngine engine() {
    return new MemoryEngine();
  }
}
