// SPDX-License-Identifier: Apache-2.0
/** The verification of commit signatures with the keys that this machine allows. */
@NullMarked
package dev.reconcile.signing;

import org.jspecify.annotations.NullMarked;
