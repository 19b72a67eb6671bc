// PannierTransfer
