// SPDX-License-Identifier: Apache-2.0
package bench;

import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** FF1 (NIST SP 800-38G) of Bouncy Castle on bits, walked into the size; from 10^6 on. */
final class Ff1 {
  private final FPEFF1Engine engine = new FPEFF1Engine();
  private final long size;
  private final int bits;

  Ff1(long size) {
    this.size = size;
    this.bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    engine.init(true, new FPEParameters(new KeyParameter(new byte[16]), 2, new byte[0]));
  }

  long permute(long index) {
    long x = index;
    do {
      x = encipher(x);
    } while (x >= size);
    return x;
  }

  private long encipher(long x) {
    byte[] digits = new byte[bits];
    for (int i = 0; i < bits; i++) {
      digits[i] = (byte) ((x >>> i) & 1);
    }
    byte[] mixed = new byte[bits];
    engine.processBlock(digits, 0, bits, mixed, 0);
    long result = 0;
    for (int i = 0; i < bits; i++) {
      result |= (long) mixed[i] << i;
    }
    return result;
  }
}
