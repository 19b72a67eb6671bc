// PannierHTTP
