// SPDX-License-Identifier: Apache-2.0
/** Which commits this machine trusts. */
@NullMarked
package dev.reconcile.signing;

import org.jspecify.annotations.NullMarked;
