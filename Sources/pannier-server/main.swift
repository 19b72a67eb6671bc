print("pannier-server")
