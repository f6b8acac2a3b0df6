// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An archive of files and links in the format of tar(1), with paths relative to the root directory.
 * It passes contents, including secrets, to a command through a pipe, so that they are never a file
 * on the host.
 */
final class TarArchive {
  private static final int BLOCK = 512;
  private static final int MOST_NAME = 100;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  void add(String path, Record spec) {
    String name = path.substring(1);
    switch (spec) {
      case FileKind.Spec(Content content, FileAttributes attributes) -> {
        byte[] data = content.bytes();
        header(name, '0', "", attributes, data.length);
        data(data);
      }
      case LinkKind.Spec(String target) -> header(name, '2', target, FileAttributes.root(0777), 0);
      default -> throw new IllegalArgumentException(path + " is neither file nor link");
    }
  }

  Content content() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(bytes.toByteArray());
    whole.writeBytes(new byte[2 * BLOCK]); // POSIX: two zero blocks end the archive
    return new Content(whole.toByteArray(), true);
  }

  private void header(String name, char type, String target, FileAttributes attributes, int size) {
    overlong(name, 'L');
    overlong(target, 'K');
    byte[] block = new byte[BLOCK];
    put(block, 0, MOST_NAME, name);
    put(block, 100, 8, octal(attributes.mode(), 7));
    put(block, 108, 8, octal(0, 7));
    put(block, 116, 8, octal(0, 7));
    put(block, 124, 12, octal(size, 11));
    put(block, 136, 12, octal(0, 11));
    put(block, 148, 8, "        ");
    block[156] = (byte) type;
    put(block, 157, MOST_NAME, target);
    put(block, 257, 8, "ustar  ");
    put(block, 265, 32, attributes.user());
    put(block, 297, 32, attributes.group());
    int sum = 0;
    for (byte value : block) {
      sum += value & 0xff;
    }
    put(block, 148, 8, octal(sum, 6) + "\0 ");
    bytes.writeBytes(block);
  }

  // GNU tar's extension: an entry before the entry, whose content is the whole name.
  private void overlong(String name, char type) {
    byte[] data = (name + "\0").getBytes(StandardCharsets.UTF_8);
    if (data.length > MOST_NAME) {
      header("././@LongLink", type, "", FileAttributes.root(0), data.length);
      data(data);
    }
  }

  private void data(byte[] data) {
    bytes.writeBytes(data);
    bytes.writeBytes(new byte[(BLOCK - data.length % BLOCK) % BLOCK]);
  }

  private static String octal(int value, int digits) {
    String text = Integer.toOctalString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  private static void put(byte[] block, int at, int length, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    byte[] fitting = Arrays.copyOf(encoded, Math.min(encoded.length, length));
    System.arraycopy(fitting, 0, block, at, fitting.length);
  }
}
